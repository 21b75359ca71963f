"""A patient's page: where her course stands, before all that she shared."""

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
