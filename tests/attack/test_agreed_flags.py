"""That an agreed rule applied reaches one therapist: nobody else opens it or can tell what it is.

Red when journal/core/notices.py: a flag is written into a scope that others read, or under an
id that is not keyed; when journal/crypto/notice_id.py: its second half is not the grant key's.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from journal.core import (
    access_log,
    caseload,
    consent,
    notice_marks,
    notices,
    previewing,
    reading,
    records,
    shares,
)
from journal.core.errors import NotFound
from journal.core.models import Record
from journal.core.scopes import PRIVATE
from journal.core.state import change_state, read_state
from journal.crypto import notice_id
from tests import people, thief
from tests.attack.test_stolen_database import at_rest
from tests.builders import World

ABOUT = b"a low hour, this check-in"


def told(world: World, about: bytes = ABOUT) -> UUID | None:
    found = notices.raise_flag(
        *(world.db, world.ana.keyring, world.tess_grant),
        kind="safety-flag",
        scope=PRIVATE,
        about=about,
        content={"rule": "A low hour"},
        occurred_at=world.ana.now,
        now=world.ana.now,
    )
    world.db.commit()
    return found


def grant_key(world: World, who: people.Person, grant_id: UUID) -> bytes:
    """What a therapist could copy out by herself while she holds it."""
    return reading.open_grant(world.db, who.keyring, grant_id, now=who.now).target.key


def waiting(world: World, who: people.Person, grant_id: UUID) -> list[UUID]:
    grant = reading.open_grant(world.db, who.keyring, grant_id, now=who.now)
    alone = reading.shared_singly(world.db, grant)
    state = read_state(world.db, who.keyring)
    return notice_marks.unseen_flags(state, grant_id, grant.target.key, alone)


def test_the_agreed_therapist_finds_it_by_its_id_and_nobody_else_does(world: World) -> None:
    flag = told(world)
    assert waiting(world, world.tess, world.tess_grant) == [flag]
    assert waiting(world, world.theo, world.theo_grant) == []
    theirs = grant_key(world, world.theo, world.theo_grant)
    every = world.db.scalars(select(Record.id)).all()
    assert [one for one in every if notice_id.is_one(theirs, notices.FLAG, one)] == []
    entries = {
        entry.grant_id: entry
        for entry in caseload.entries(world.db, world.tess.keyring, now=world.tess.now)
    }
    assert (entries[world.tess_grant].flags, entries[world.tess_grant].alone) == (1, 1)


def test_the_database_with_the_site_key_or_another_readers_keys_opens_none(world: World) -> None:
    flag = told(world)
    lying = at_rest(world)
    assert flag in thief.bodies(world.db, lying | {grant_key(world, world.tess, world.tess_grant)})
    for known in (lying, lying | {grant_key(world, world.theo, world.theo_grant)}):
        assert flag not in thief.bodies(world.db, known)


def test_told_again_it_is_the_same_and_taken_back_it_stays_so(world: World) -> None:
    flag = told(world)
    assert told(world) == flag
    assert told(world, b"another hour") != flag
    assert flag is not None
    shares.unshare(world.db, world.ana.keyring, world.tess_grant, flag, now=world.ana.now)
    world.db.commit()
    assert told(world) == flag
    assert flag not in waiting(world, world.tess, world.tess_grant)


def test_after_the_end_nobody_is_told_and_kept_keys_open_no_flag(world: World) -> None:
    flag = told(world)
    kept = {grant_key(world, world.tess, world.tess_grant)}
    assert flag in thief.bodies(world.db, kept)
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    world.db.commit()
    assert told(world, b"after the end") is None
    assert flag not in thief.bodies(world.db, kept)


def test_seen_is_said_once_and_only_of_a_flag(world: World) -> None:
    flag = told(world)
    assert flag is not None
    tess = world.tess
    grant = reading.open_grant(world.db, tess.keyring, world.tess_grant, now=tess.now)
    for other in (world.shared, uuid4()):
        with pytest.raises(NotFound):
            notices.acknowledge(world.db, tess.keyring, grant, other, now=tess.now)
    assert notices.seen_by_reader(world.db, world.ana.keyring, flag, now=world.ana.now) is None
    for _time in range(2):
        notices.acknowledge(world.db, tess.keyring, grant, flag, now=tess.now)
        world.db.commit()
    assert waiting(world, tess, world.tess_grant) == []
    event = notices.seen_by_reader(world.db, world.ana.keyring, flag, now=world.ana.now)
    assert event is not None
    assert event.genuine


def test_one_that_was_seen_does_not_come_back_however_many_there_were(world: World) -> None:
    tess, ana = world.tess, world.ana
    raised = [told(world, bytes([one])) for one in range(30)]
    grant = reading.open_grant(world.db, tess.keyring, world.tess_grant, now=tess.now)
    marks = [one.hex[: notice_marks.SHORT] for one in raised[:-1] if one]
    kept = {str(world.tess_grant): marks}
    change_state(world.db, tess.keyring, lambda state: state.update({notice_marks.KEPT: kept}))
    last, first = raised[-1], raised[0]
    assert first
    assert last
    shares.unshare(world.db, ana.keyring, world.tess_grant, raised[1] or last, now=ana.now)
    notices.acknowledge(world.db, tess.keyring, grant, last, now=tess.now)
    world.db.commit()
    assert waiting(world, tess, world.tess_grant) == []
    found = notice_marks.seen(read_state(world.db, tess.keyring), world.tess_grant)
    assert first.hex[: notice_marks.SHORT] in found
    # What was taken back needs no mark.
    assert len(found) == len(raised) - 1


def test_of_more_than_a_therapist_can_keep_apart_the_oldest_is_told_no_longer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "MOST_TOLD", 3)
    raised = []
    for one in range(5):
        world.ana.later(minutes=1)
        raised.append(told(world, bytes([one])))
    assert set(waiting(world, world.tess, world.tess_grant)) == set(raised[2:])
    assert told(world, bytes([0])) == raised[0]
    assert set(waiting(world, world.tess, world.tess_grant)) == set(raised[2:])


@pytest.mark.parametrize("gone", [False, True])
def test_one_that_does_not_open_is_put_away_and_nobody_reads_that_it_was_seen(
    world: World, gone: bool
) -> None:
    flag = told(world)
    assert flag is not None
    tess, ana = world.tess, world.ana
    row = Record.id == flag
    world.db.execute(
        delete(Record).where(row) if gone else update(Record).where(row).values(body=b"-" * 80)
    )
    world.db.commit()
    grant = reading.open_grant(world.db, tess.keyring, world.tess_grant, now=tess.now)
    assert not notices.acknowledge(world.db, tess.keyring, grant, flag, now=tess.now)
    world.db.commit()
    assert waiting(world, tess, world.tess_grant) == []
    assert notices.seen_by_reader(world.db, ana.keyring, flag, now=ana.now) is None


def test_a_list_of_entries_says_of_no_flag_that_it_was_shown(world: World) -> None:
    """Nor do flags push entries off its first page, for Tess or in Ana's preview."""
    flags = {told(world, bytes([one])) for one in range(3)}
    tess, ana = world.tess, world.ana
    asked: dict[str, Any] = {"scopes": ("journal",), "singly": True, "told": False, "limit": 2}
    grant = reading.open_grant(world.db, tess.keyring, world.tess_grant, now=tess.now)
    listed = records.list_as_reader(world.db, tess.keyring, grant, **asked, now=tess.now)
    own = previewing.open_own(world.db, ana.keyring, world.tess_grant, now=ana.now)
    for page in (listed, previewing.list_own(world.db, own, **asked)):
        assert page.items
        assert not flags & {one.id for one in page.items}
    log = access_log.events(world.db, ana.keyring, now=ana.now, names=("listed",))
    assert log
    assert not {str(one) for one in flags} & {one for event in log for one in event.records}


def test_an_id_is_a_random_one_to_whoever_lacks_the_grant_key() -> None:
    keys = {"content_key": bytes(range(32)), "grant_key": bytes(32)}
    made = notice_id.derive_id(**keys, label="flag", about=ABOUT)
    assert (made.version, made.variant) == (4, "specified in RFC 4122")
    assert made == notice_id.derive_id(**keys, label="flag", about=ABOUT)
    assert notice_id.is_one(bytes(32), "flag", made)
    assert not notice_id.is_one(bytes(31) + b"\1", "flag", made)
    assert not notice_id.is_one(bytes(32), "answer", made)
    assert not any(notice_id.is_one(bytes(32), "flag", uuid4()) for _ in range(200))
