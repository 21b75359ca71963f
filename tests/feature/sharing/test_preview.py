"""GET /sharing/<grant>/preview: exactly what the therapist sees, row by row."""

import random
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from journal.core import access_log, consent, records, rotation, shares
from journal.core.consent import Choice
from tests import people
from tests.people import NOBODYS, Person

ROW = re.compile(r"<li>(.*?)</li>", re.DOTALL)
SCOPE = re.compile(r'<div class="who">(.*?)</div>', re.DOTALL)
RECORD = re.compile(r'<article class="record">(.*?)</article>', re.DOTALL)
NEW = re.compile(r' <span class="tag">new</span>')
ADDRESS = re.compile(r"/(?:patients/[-0-9a-f]+|sharing/[-0-9a-f]+/preview)/")


def rows(page: str) -> list[str]:
    """The titles of a page, with the days and the ends of their addresses."""
    return [ADDRESS.sub("/", NEW.sub("", row)) for row in ROW.findall(page) if "item" in row]


def scopes(page: str) -> list[str]:
    return SCOPE.findall(page)


def write(ana: Person, scope: str, kind: str, hours: int) -> UUID:
    title = f"about {scope}, {hours} hours ago"
    content = (
        {"title": title, "body": f"words {uuid4()}"} if kind == "entry" else {"mood": hours % 11}
    )
    opened = records.write(
        ana.db,
        ana.keyring,
        record_id=uuid4(),
        kind=kind,
        scope=scope,
        content=content,
        occurred_at=ana.now - timedelta(hours=hours),
        now=ana.now,
    )
    ana.db.commit()
    return opened.id


def live(ana: Person, theo: Person, grant: UUID, seed: int) -> list[UUID]:
    """Some weeks of a patient's: she writes, shares, takes back, and gives from now on."""
    dice, written = random.Random(seed), []
    for step in range(30):
        doing = dice.random()
        if doing < 0.6:
            scope, kind = dice.choice(
                [("journal", "entry"), ("private", "entry"), ("check-ins", "check-in")]
            )
            written.append(write(ana, scope, kind, dice.randrange(1, 600)))
        elif doing < 0.75 and written:
            shares.share(ana.db, ana.keyring, grant, dice.choice(written), now=ana.now)
            ana.db.commit()
        else:
            chosen = tuple(name for name in ("journal", "check-ins") if dice.random() < 0.6)
            since = dice.choice(["now", "everything"])
            consent.change(ana.db, ana.root, grant, Choice(chosen, since), now=ana.now)
            ana.db.commit()
            rotation.finish(ana.db, ana.keyring, now=ana.now)
        if step == 12:
            other = people.share_with(ana, theo, ("journal",))
            consent.revoke(ana.db, ana.keyring, other, now=ana.now)
            ana.db.commit()
            rotation.finish(ana.db, ana.keyring, now=ana.now)
    return written


@pytest.mark.parametrize("seed", [1, 7, 11])
def test_ana_sees_what_tess_sees_row_by_row(phone, browser_of, ana, tess, theo, grant_id, seed):
    written = live(ana, theo, grant_id, seed)
    desk = browser_of(tess)
    seen, shown = desk.get(f"/patients/{grant_id}"), phone.get(f"/sharing/{grant_id}/preview")
    assert rows(shown.text) == rows(seen.text)
    assert scopes(shown.text) == scopes(seen.text)
    for record in written:
        hers = desk.get(f"/patients/{grant_id}/records/{record}")
        mine = phone.get(f"/sharing/{grant_id}/preview/records/{record}")
        assert mine.status_code == hers.status_code
        assert RECORD.findall(mine.text) == RECORD.findall(hers.text)
    hers = desk.get(f"/patients/{grant_id}/check-ins?days=30")
    mine = phone.get(f"/sharing/{grant_id}/preview/check-ins?days=30")
    assert mine.status_code == hers.status_code
    assert rows(mine.text) == rows(hers.text)


def test_looking_herself_writes_no_line(phone, ana, grant_id):
    entry = ana.write("low tide", scope="journal")
    phone.get(f"/sharing/{grant_id}/preview")
    assert "low tide" in phone.get(f"/sharing/{grant_id}/preview/records/{entry.id}").text
    assert access_log.events(ana.db, ana.keyring, now=ana.now) == []


def test_what_is_not_shared_is_not_there(phone, ana, grant_id):
    mine = ana.write("mine alone")
    assert str(mine.id) not in phone.get(f"/sharing/{grant_id}/preview").text
    assert phone.get(f"/sharing/{grant_id}/preview/records/{mine.id}").status_code == 404
    assert phone.get(f"/sharing/{grant_id}/preview/check-ins").status_code == 404


@pytest.mark.parametrize("path", ["", "/check-ins", f"/records/{NOBODYS}"])
def test_nothing_is_previewed_of_what_is_over(phone, ana, grant_id, path):
    phone.post(f"/sharing/{grant_id}/revocation")
    assert phone.get(f"/sharing/{grant_id}/preview{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/check-ins", f"/records/{NOBODYS}"])
def test_theo_gets_no_preview(browser_of, theo, grant_id, path):
    assert browser_of(theo).get(f"/sharing/{grant_id}/preview{path}").status_code == 404
