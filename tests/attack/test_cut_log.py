"""Somebody who writes to the database takes lines from the logs and receipts: it is told.

Each test names the line that, broken, turns it red.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journal.core import consent, freshness, heads, receipts, records
from journal.core.consent import Choice
from journal.core.models import AccessEvent, Grant, Receipt
from tests.builders import World
from tests.people import PASSWORD
from tests.town import Town, email
from tests.visitors import HOST, Visitor


def arrive(world: World) -> None:
    """Ana's next sign-in."""
    freshness.meet(world.db, world.ana.keyring, None, now=world.ana.now)
    world.db.commit()


def length(world: World) -> int:
    mine = AccessEvent.grant_id == world.tess_grant
    return world.db.scalar(select(func.count()).where(mine)) or 0


def cut(world: World, count: int) -> None:
    last = length(world)
    mine = AccessEvent.grant_id == world.tess_grant
    world.db.execute(delete(AccessEvent).where(mine, AccessEvent.n > last - count))
    world.db.commit()


def look(world: World) -> None:
    """Tess opens something."""
    tess = world.tess
    records.open_as_reader(world.db, tess.keyring, world.tess_grant, world.shared, now=tess.now)


def missing(world: World) -> int:
    """What Ana is told of Tess's log."""
    return heads.missing_lines(world.db, world.ana.keyring).get(world.tess_grant, 0)


def test_a_whole_log_misses_nothing(world: World) -> None:
    """Red when `heads._cut` counts from zero."""
    arrive(world)
    look(world)
    assert heads.missing_lines(world.db, world.ana.keyring) == {}
    assert not heads.is_cut(world.db, world.ana.keyring)
    assert heads.missing_receipts(world.db, world.ana.keyring) == 0


def test_a_cut_tail_is_told_with_its_number_and_after_the_next_sign_in(world: World) -> None:
    """Red when `heads._cut` finds nothing, or `heads.renew_in` notes no loss."""
    arrive(world)
    cut(world, 2)
    for _ in range(3):
        assert missing(world) == 2
        assert heads.is_cut(world.db, world.ana.keyring)
        arrive(world)


def test_two_cuts_are_added_up(world: World) -> None:
    """Red when `heads.renew_in` keeps the old head, or forgets what was lost before."""
    arrive(world)
    cut(world, 1)
    arrive(world)
    look(world)
    look(world)
    arrive(world)
    cut(world, 2)
    assert missing(world) == 3


def test_a_cut_tail_grown_over_by_honest_lines_is_told(world: World) -> None:
    """Red when `heads._cut` compares numbers alone and not the link."""
    arrive(world)
    cut(world, 1)
    look(world)
    look(world)
    assert missing(world) == 1
    assert heads.is_cut(world.db, world.ana.keyring)


def test_a_cut_tail_with_a_forged_line_is_told(world: World) -> None:
    """Red when `heads._cut` compares numbers alone and not the link."""
    arrive(world)
    n = length(world)
    last = (AccessEvent.grant_id == world.tess_grant) & (AccessEvent.n == n)
    world.db.execute(update(AccessEvent).where(last).values(sealed=b"forged", link=b"f" * 32))
    world.db.commit()
    assert missing(world) == 1


def test_an_emptied_log_is_told(world: World) -> None:
    """Red when `heads.missing_lines` asks only logs that have lines."""
    arrive(world)
    all_of_it = length(world)
    cut(world, all_of_it)
    assert missing(world) == all_of_it
    arrive(world)
    assert missing(world) == all_of_it


def test_a_log_taken_away_with_its_grant_is_told(world: World) -> None:
    """Red when `heads._heads` loses the number of a kept head."""
    arrive(world)
    all_of_it = length(world)
    cut(world, all_of_it)
    world.db.execute(delete(Grant).where(Grant.id == world.tess_grant))
    world.db.commit()
    assert missing(world) == all_of_it


def known_to_tess(world: World) -> None:
    """What Tess's session does at her sign-in and every few minutes."""
    freshness.meet(world.db, world.tess.keyring, None, now=world.tess.now)
    world.db.commit()


def test_lines_that_ana_never_met_are_missed_once_tess_looks_again(world: World) -> None:
    """Red when `access_log.append` takes the number behind what is there."""
    arrive(world)
    look(world)
    look(world)
    known_to_tess(world)
    cut(world, 2)
    assert missing(world) == 0, "nobody has told yet"
    look(world)
    assert missing(world) == 2
    arrive(world)
    assert missing(world) == 2


def test_a_whole_log_that_ana_never_met_is_missed_too(world: World) -> None:
    """Red when `heads.renew_written_in` forgets a log of which nothing is left."""
    known_to_tess(world)
    all_of_it = length(world)
    cut(world, all_of_it)
    known_to_tess(world)
    look(world)
    assert missing(world) == all_of_it


def test_what_tess_knows_leaves_a_whole_log_whole(world: World) -> None:
    """Red when `heads.last_written` counts a line that is not there."""
    for _ in range(2):
        known_to_tess(world)
        look(world)
    assert missing(world) == 0
    from journal.core import access_log

    logs = access_log.logs(world.db, world.ana.keyring, now=world.ana.now)
    assert logs[world.tess_grant].sound


def test_a_line_from_the_middle_is_counted_once(world: World) -> None:
    """Red when `heads.missing_lines` leaves out `end.n - end.there`."""
    arrive(world)
    middle = (AccessEvent.grant_id == world.tess_grant) & (AccessEvent.n == 2)
    world.db.execute(delete(AccessEvent).where(middle))
    world.db.commit()
    assert missing(world) == 1
    arrive(world)
    assert missing(world) == 1


def test_reordered_lines_are_told(world: World) -> None:
    """Red when `SealedLog.unbroken` does not compare links."""
    arrive(world)
    mine = AccessEvent.grant_id == world.tess_grant
    for old, new in ((1, 99), (2, 1), (99, 2)):
        world.db.execute(update(AccessEvent).where(mine, AccessEvent.n == old).values(n=new))
    world.db.commit()
    from journal.core import access_log

    logs = access_log.logs(world.db, world.ana.keyring, now=world.ana.now)
    assert not all(logs[world.tess_grant].unbroken)


def test_the_tail_of_the_receipts_is_missed_for_good(world: World) -> None:
    """Red when `heads.missing_receipts` asks the rows alone, or `receipts._after` takes the row."""
    db, keyring = world.db, world.ana.keyring
    consent.change(
        db, keyring, world.tess_grant, Choice(("journal",)), now=world.ana.later(minutes=1)
    )
    db.commit()
    last = db.scalar(select(func.max(Receipt.n)).where(Receipt.account_id == world.ana.id)) or 0
    db.execute(delete(Receipt).where(Receipt.account_id == world.ana.id, Receipt.n == last))
    db.commit()
    assert heads.missing_receipts(db, keyring) == 1
    consent.revoke(db, keyring, world.tess_grant, now=world.ana.later(minutes=1))
    db.commit()
    # The next one does not fill the gap.
    assert heads.missing_receipts(db, keyring) == 1
    assert receipts.listed(db, keyring)[0].n == last + 1


def test_all_receipts_gone_is_told(world: World) -> None:
    """Red when `heads.keep_receipt` is not called by `receipts.append`."""
    count = len(receipts.listed(world.db, world.ana.keyring))
    world.db.execute(delete(Receipt).where(Receipt.account_id == world.ana.id))
    world.db.commit()
    assert heads.missing_receipts(world.db, world.ana.keyring) == count > 0


@contextmanager
def rows_of(town: Town) -> Iterator[Session]:
    with town.database.session() as db:
        yield db
        db.commit()


@pytest.fixture
def ana(town: Town) -> Visitor:
    """Ana's browser, signed in anew: the heads are kept."""
    visitor = Visitor(town.app)
    visitor.arrive("/sign-in", email=email("ana"), password=PASSWORD)
    return visitor


def told(visitor: Visitor, path: str) -> str:
    return " ".join(visitor.page(path).text.split())


def test_pages_say_that_lines_are_missing(town: Town, ana: Visitor) -> None:
    """Red when a page leaves `sharing/_missing.html` out, or `audiences` does not ask."""
    entry = f"/entries/{town['shared']}"
    for path in ("/sharing", "/sharing/log", entry):
        assert "missing" not in told(ana, path)
    with rows_of(town) as db:
        db.execute(delete(AccessEvent).where(AccessEvent.grant_id == UUID(town["grant"])))
    for _ in range(2):
        for path in ("/sharing", "/sharing/log"):
            assert "lines about what was opened were taken away" in told(ana, path)
        assert "Lines of the log are missing" in told(ana, entry)
        ana.client.delete_cookie("session", domain=HOST)
        assert ana.arrive("/sign-in", email=email("ana"), password=PASSWORD) == "/"


def test_what_she_saw_on_the_logs_own_page_can_not_be_cut_unseen(town: Town, ana: Visitor) -> None:
    """Red when `web.freshness.met_the_log` does not renew the heads."""
    town.tess.page(f"/patients/{town['grant']}/records/{town['shared']}")
    assert "missing" not in told(ana, "/sharing/log")
    newest = select(func.max(AccessEvent.n)).where(AccessEvent.grant_id == UUID(town["grant"]))
    with rows_of(town) as db:
        db.execute(
            delete(AccessEvent).where(
                AccessEvent.grant_id == UUID(town["grant"]), AccessEvent.n == db.scalar(newest)
            )
        )
    assert "At least 1 line about what was opened was taken away" in told(ana, "/sharing")


def test_pages_say_that_receipts_are_missing(town: Town, ana: Visitor) -> None:
    """Red when `queries.missing` or `queries.all_receipts` leaves them out."""
    with rows_of(town) as db:
        db.execute(delete(Receipt).where(Receipt.id == UUID(town["receipt"])))
    for path in ("/sharing", "/sharing/receipts"):
        assert "1 receipt was taken away after it was made" in told(ana, path)


def test_the_therapists_pages_stay_as_they_are(town: Town, ana: Visitor) -> None:
    """Red when appending to a cut log fails."""
    with rows_of(town) as db:
        db.execute(delete(AccessEvent))
    assert town.tess.page(f"/patients/{town['grant']}")
    assert "missing" in told(ana, "/sharing")


def test_the_log_still_shows_when_its_ends_can_not_be_kept(
    town: Town, ana: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red when `web.freshness.met_the_log` lets OperationalError through."""

    def full(*_: object) -> None:
        raise OperationalError("", {}, Exception("database or disk is full"))

    monkeypatch.setattr(heads, "renew", full)
    assert "Everything that was opened" in told(ana, "/sharing/log")
