"""The day after a medicine session: what widens waits, what narrows never does."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.feature.integration.conftest import record_it
from tests.people import PASSWORD
from tests.town import invite, write
from tests.visitors import Visitor

BOTH = ["journal", "check-ins"]  # what Ana shares with Tess in the town


def shared(visitor: Visitor, grant: str) -> set[str]:
    """The scopes that the form on Ana's page of a grant has ticked."""
    form = visitor.page(f"/sharing/{grant}").form(f"/sharing/{grant}")
    return {value for name, value in form.fields if name == "scopes"}


def kept(visitor: Visitor) -> str:
    """What waits, without the bar and its links."""
    return visitor.get("/later").text.partition("<h1>")[2].partition("</main>")[0]


def test_sharing_more_is_kept_even_with_the_password_and_asked_once_more(soft, later):
    ana, where = soft.ana, f"/sharing/{soft['grant']}"
    more = [*BOTH, "measures"]
    ana.arrive(where, scopes=more, since="everything", password=PASSWORD)
    assert shared(ana, soft["grant"]) == set(BOTH)
    assert "Do it now" not in kept(ana)
    ana = later(hours=24)
    [address] = re.findall(rf'href="({where}\?asked=\w+)"', kept(ana))
    assert address in ana.get("/today").text
    fields = ana.page(address).form(where).fields
    assert ("scopes", "measures") in fields
    assert ("since", "everything") in fields
    assert ana.post(address, scopes=more, since="everything").status_code == 422
    ana.post(address, scopes=more, since="everything", password=PASSWORD)
    assert shared(ana, soft["grant"]) == set(more)
    assert "asked=" not in kept(ana)


def test_it_is_hers_to_let_be_and_goes_with_its_grant(soft):
    ana, where = soft.ana, f"/sharing/{soft['grant']}"
    ana.post(where, scopes=[*BOTH, "care"], since="now", password=PASSWORD)
    ana.post(where, scopes=[*BOTH, "measures"], since="now", password=PASSWORD)
    first, second = re.findall(r'name="asked" value="(\w+)"', kept(ana))
    for _ in "12":
        assert ana.post("/later/dismissal", asked=first).status_code == 303
    assert first not in kept(ana)
    assert second in kept(ana)
    ana.post(f"{where}/revocation")
    assert "dismissal" not in kept(ana)


def test_of_one_form_what_narrows_acts_and_what_widens_waits(soft):
    ana, where = soft.ana, f"/sharing/{soft['grant']}"
    ana.post(where, scopes=["journal", "care"], since="now", password=PASSWORD)
    assert shared(ana, soft["grant"]) == {"journal"}
    ana.post(where, scopes=["journal"], not_after="2026-11-30")
    ana.post(where, scopes=["journal"], not_after="2026-12-30", password=PASSWORD)
    assert 'value="2026-11-30"' in ana.get(where).text


def test_stopping_never_waits_nor_does_ending_a_single_share(soft):
    ana, grant = soft.ana, soft["grant"]
    entry = soft["shared"]
    assert soft.tess.get(f"/patients/{grant}/records/{entry}").status_code == 200
    ana.post(f"/entries/{entry}/shares/{grant}/revocation")
    assert soft.tess.get(f"/patients/{grant}/records/{entry}").status_code == 404
    ana.post(f"/sharing/{grant}/revocation")
    assert soft.tess.get(f"/patients/{grant}").status_code == 404


def test_one_entry_is_shared_on_the_day_after(soft, later):
    ana, seen = soft.ana, f"/patients/{soft['grant']}/records/{soft['private']}"
    ana.post(f"/entries/{soft['private']}/shares", grant=soft["grant"])
    assert soft.tess.get(seen).status_code == 404
    ana = later(hours=24)
    [form] = [one for one in ana.page("/later").forms if "/shares" in one.action]
    ana.post(form.action)
    assert "/shares" not in kept(ana)
    assert soft["grant"] in ana.get(f"/entries/{soft['private']}").text.partition("Stop sharing")[0]


def test_an_entry_is_saved_and_its_wider_audience_waits(soft):
    ana, where = soft.ana, f"/entries/{soft['private']}"
    ana.arrive(f"{where}/edit", body="and I am glad", audience="journal")
    page = ana.get(where).text
    assert "and I am glad" in page
    assert "Kept, not done" in page
    assert "Only you can read this." in page
    assert f"{where}/edit" in kept(ana) or "Saffrontitle" in kept(ana)


def test_a_session_recorded_while_an_insight_is_open_counts(town, later):
    ana, more = town.ana, [*BOTH, "care"]
    ana.post(f"/sharing/{town['grant']}", scopes=more, since="everything", password=PASSWORD)
    insight = ana.arrive("/insights/new", words="I may be slow.")
    form = ana.page(f"{insight}/edit").form(f"{insight}/edit")
    record_it(town)
    ana.client.post(form.action, data=form.filled(audience="care"))
    assert "Kept, not done" in ana.get(insight).text
    assert "Only you can read this." in ana.get(insight).text
    assert f"{insight}/edit" in later(hours=24).get("/today").text


def test_a_session_recorded_while_an_entry_is_open_counts(town):
    ana, where = town.ana, f"/entries/{town['private']}"
    form = ana.page(f"{where}/edit").form(f"{where}/edit")
    record_it(town)
    ana.client.post(form.action, data=form.filled(audience="journal"))
    assert "Kept, not done" in ana.get(where).text
    assert "Only you can read this." in ana.get(where).text


def test_who_skips_to_the_usual_page_decides_no_more_than_before(soft):
    """Red when Today's `whole` lets go of more than the page."""
    ana, where = soft.ana, f"/sharing/{soft['grant']}"
    assert "It is the day after" not in ana.get("/today?whole=1").text
    ana.post(where, scopes=[*BOTH, "measures"], since="everything", password=PASSWORD)
    assert shared(ana, soft["grant"]) == set(BOTH)
    ana.post(f"/entries/{soft['private']}/shares", grant=soft["grant"])
    assert soft.tess.get(f"/patients/{soft['grant']}/records/{soft['private']}").status_code == 404


def test_a_further_invitation_is_kept_with_its_choice(soft, later):
    link = invite(soft.theo, "A.")
    soft.ana.arrive(link, scopes=["journal"], since="everything")
    assert soft.ana.page("/sharing").text.count("Theo") == 0
    ana = later(hours=24)
    assert link in kept(ana)
    assert "run out" not in kept(ana)
    arrived = ana.arrive(link, password=PASSWORD)
    assert shared(ana, arrived.rpartition("/")[2]) == {"journal"}
    assert link not in kept(ana)


def test_what_ana_deletes_waits_in_the_bin_until_a_day_after_the_window(soft, later):
    ana = soft.ana
    entry = write(ana, "the river came back")
    ana.post(f"/entries/{entry}/deletion")
    assert "24 November 2026, 09:00" in ana.get("/entries").text
    ana = later(hours=46)
    assert ana.post(f"/entries/{entry}/restoration").status_code == 303
    assert "the river came back" in ana.get(f"/entries/{entry}").text


def test_every_page_says_until_when_a_deletion_can_be_undone(soft):
    entry = write(soft.ana, "Not for ever.", audience="private")
    page = soft.ana.get(f"/entries/{entry}").text
    assert "You can undo this until 24 November 2026" in page
    assert "24 hours" not in page


def test_erasing_at_once_waits_and_leaving_does_not(soft):
    ana = soft.ana
    answer = ana.post("/account/leaving/now", confirmation="erase", password=PASSWORD)
    assert answer.status_code == 422
    assert "It is the day after your session" in answer.text
    assert ana.post("/account/leaving", password=PASSWORD).status_code == 303
    assert soft.tess.get(f"/patients/{soft['grant']}").status_code == 404


def test_a_planned_session_counts_by_its_plan_until_it_is_recorded(town, clock, later):
    where = f"/sharing/{town['grant']}"
    for ago, waits in ((timedelta(), False), (timedelta(hours=49, minutes=1), True)):
        clock.shift(ago)
        ana = later()
        assert ("It is the day after" in ana.get(where).text) is waits
    ana.post(where, scopes=[*BOTH, "care"], since="now", password=PASSWORD)
    assert shared(ana, town["grant"]) == set(BOTH)
    ana = later(hours=26)
    ana.post(where, scopes=[*BOTH, "care"], since="now", password=PASSWORD)
    assert shared(ana, town["grant"]) == {*BOTH, "care"}
