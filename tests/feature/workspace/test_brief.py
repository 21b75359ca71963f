"""GET /patients/<grant>/brief: what Tess reads before a meeting, and what Ana's log says of it."""

import dataclasses
import html
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from journal.core import consent, reading, records
from journal.core.consent import Choice
from journal.features.checkins import brief as checkins_brief
from journal.features.measures.own_scales import WHAT_STAYS
from journal.web import briefs
from tests import people

NOW = people.NOW


@pytest.fixture
def bea(db, site, tess):
    """Bea, who shares everything there is with Tess."""
    shared = ("journal", "check-ins", "measures", "medications", "care")
    return people.patient(db, site, "Bea", tess, shared)


@pytest.fixture
def brief(bea, tess, sign_in):
    """Read Bea's brief as Tess."""
    hers = sign_in(tess)
    [grant] = people.grants_of(tess)

    def read(since: str = "") -> str:
        answer = hers.get(f"/patients/{grant}/brief{since}")
        assert answer.status_code == 200
        return answer.text

    return read


def keep(person, scope: str, kind: str, days: float = 0, **content: object) -> UUID:
    """Let somebody write something so many days ago."""
    at = NOW - timedelta(days=days)
    said = {"kind": kind, "scope": scope, "content": content}
    opened = records.write(
        person.db, person.keyring, record_id=uuid4(), **said, occurred_at=at, now=at
    )
    person.db.commit()
    return opened.id


def test_it_gathers_what_is_shared(brief, bea):
    keep(bea, "journal", "entry", title="The river", body="**Herons** at dusk " * 40)
    keep(bea, "medications", "medication", name="Sertraline", what="stopped", on="2026-11-20")
    keep(bea, "care", "intention", body="To be kinder")
    keep(bea, "care", "practice", words="Five minutes of air", begins="2026-11-20")
    page = brief()
    for said in ("The river", "Herons at dusk", "Sertraline", "To be kinder", "Five minutes"):
        assert said in page
    assert page.count("Herons at dusk") < 20
    assert "**" not in page


def test_what_is_private_or_not_shared_is_not_there(brief, bea, tess):
    keep(bea, "private", "entry", title="Mine alone", body="not for her")
    keep(bea, "medications", "medication", name="Sertraline", what="stopped", on="2026-11-20")
    keep(bea, "check-ins", "check-in", mood=4)
    assert "Mine alone" not in brief()
    [grant] = people.grants_of(tess)
    consent.change(bea.db, bea.keyring, grant, Choice(("journal",)), now=bea.now)
    bea.db.commit()
    page = brief()
    assert "Sertraline" not in page
    assert "<h2>Medicines" not in page
    assert "<h2>Check-ins" not in page


def test_whatever_stands_there_is_in_her_log_as_opened(brief, bea, log_of):
    kept = {
        keep(bea, "journal", "entry", title="The river", body="Herons"),
        keep(bea, "check-ins", "check-in", mood=4),
        keep(bea, "care", "intention", body="To be kinder"),
        keep(bea, "medications", "medication", name="S", what="stopped", on="2026-11-20"),
    }
    keep(bea, "private", "entry", title="Mine alone", body="not for her")
    brief()
    events = log_of(bea)
    assert {name for name, _ in events} == {"opened"}
    assert {one for _, found in events for one in found} == kept


def test_too_few_days_are_no_comparison(brief, bea):
    keep(bea, "check-ins", "check-in", mood=4)
    page = brief()
    assert page.count("Too few earlier days to compare with.") == 5


def test_enough_days_are_held_against_the_earlier_ones(brief, bea):
    for day in range(29):
        keep(bea, "check-ins", "check-in", days=day, mood=7 if day < 7 else 4)
    page = brief()
    assert "<strong>7</strong> in the last 7 days, 4 before (middle half 4 to 4)" in page
    assert page.count("Too few earlier days to compare with.") == 4


def test_the_days_since_are_held_against_those_before(bea, tess):
    for day in range(44):
        keep(bea, "check-ins", "check-in", days=day, mood=6 if day < 13 else 3, anxiety=5)
    keep(bea, "check-ins", "check-in", days=50, mood=10)
    [one] = reading.open_all(tess.db, tess.keyring, now=NOW)
    asked = briefs.Brief(tess.db, tess.keyring, one, NOW - timedelta(days=13), NOW, "UTC")
    [mood, anxiety, energy, *_rest] = checkins_brief.facts(asked)["told"]
    assert (mood.since.latest, mood.since.middle, mood.since.high) == (6, 3, 3)
    assert (anxiety.since.latest, anxiety.since.middle) == (5, 5)
    assert energy.since is None
    yesterday = dataclasses.replace(asked, since=NOW - timedelta(days=2))
    assert {told.since for told in checkins_brief.facts(yesterday)["told"]} == {None}


def test_days_of_silence_are_named(brief, bea):
    keep(bea, "check-ins", "check-in", days=9, mood=4)
    assert "No check-in for 9 days." in brief()
    keep(bea, "check-ins", "check-in", days=2, mood=4)
    assert "No check-in for" not in brief()


def test_a_change_says_what_it_is_against(brief, bea):
    said = {
        "state": "done",
        "instrument": WHAT_STAYS.instrument,
        "questionnaire": "",
        "answers": {},
    }
    keep(bea, "measures", "measure", days=60, total="3", **said)
    assert "the first one here" in brief()
    keep(bea, "measures", "measure", days=30, total="7", **said)
    keep(bea, "measures", "measure", days=1, total="11", **said)
    assert re.search(r"against the first, 3 of 16 on \d+ \w+ \d+: 8 more", brief())


def test_a_second_brief_counts_from_the_first_and_not_from_itself(db, tess, grant):
    def look(days: float):
        return briefs.last_look(db, tess.keyring, grant, NOW + timedelta(days=days))

    assert [look(0), look(0.2), look(0.4)] == [None] * 3
    assert [look(7), look(7.2)] == [NOW] * 2
    assert look(14) == NOW + timedelta(days=7)


def test_nothing_counts_as_seen_by_it(brief, bea, tess, sign_in):
    keep(bea, "check-ins", "check-in", mood=4)
    brief()
    assert "1 new" in sign_in(tess).get("/caseload").text


def test_it_stays_light_however_much_there_is_and_goes_on_on_a_further_page(brief, bea):
    long = "Wilhelmina & the herons at dusk " * 6
    for day in range(29):
        keep(bea, "check-ins", "check-in", days=day, mood=7, anxiety=4, sleep_hours="6.75")
    for _ in range(8):
        keep(bea, "journal", "entry", title=long[:200], body=long)
        change = {"name": long[:120], "what": "stopped", "amount": long[:80], "on": "2026-11-20"}
        keep(bea, "medications", "medication", **change)
    kept = keep(bea, "care", "practice", words=long, begins="2026-11-20")
    pages = [brief()]
    while further := re.search(r'href="[^"]*(\?since=[^"]+)" ?[^>]*>Go on</a>', pages[-1]):
        pages.append(brief(html.unescape(further[1])))
    assert len(pages) > 1
    assert str(kept) in pages[-1]
    assert max(len(page.encode()) for page in pages) < 11_300
