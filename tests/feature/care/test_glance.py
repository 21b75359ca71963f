"""A patient's page: where her course stands, before all that she shared."""

from journal.core import consent
from journal.core.consent import Choice
from tests import people
from tests.feature.care.test_desk import hold


def glance(laptop, grant):
    page = laptop.get(f"/patients/{grant}").text
    assert page.index("Plan and record sessions") < page.index("Shared entries")
    return " ".join(page.partition("<h1")[2].partition("Plan and record")[0].split())


def test_tess_sees_before_anything_shared_which_day_it_is_and_what_comes(laptop, grant, planned):
    held, _next = planned(), planned(starts_at="2026-12-06T09:30")
    hold(laptop, grant, held)
    told = glance(laptop, grant)
    assert "Session 1 was today" in told
    assert "Session 2 is on Sunday 6 December, 09:30" in told
    assert "Integration" in told


def test_with_nothing_recorded_there_is_the_way_alone(laptop, grant):
    assert "Session" not in glance(laptop, grant)


def test_the_copy_of_her_own_word_is_no_news_to_tess(laptop, phone, ana, grant, planned):
    consent.change(ana.db, ana.root, grant, Choice(("care",), "everything"), now=ana.now)
    ana.db.commit()
    planned()
    phone.get("/today")
    assert len(people.owns(ana)) == 1
    assert "1 new" not in laptop.get("/caseload").text
    ana.write("of Ana's own", scope="care")
    assert "1 new" in laptop.get("/caseload").text
