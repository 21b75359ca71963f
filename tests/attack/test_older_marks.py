"""An older database put back, at the level of keys: what a browser's mark is worth.

Each test names the line that, broken, turns it red.
"""

from __future__ import annotations

from sqlalchemy import func, select

from journal.core import consent, freshness, incarnations
from journal.core.models import Account, OlderDatabaseSeen
from journal.core.state import read_state
from tests import people
from tests.builders import World
from tests.people import Person


def marked(world: World, person: Person) -> freshness.Mark:
    """A further browser of somebody, and what it knows."""
    sealed = freshness.meet(world.db, person.keyring, None, now=person.now)
    found = freshness.open_mark(person.keyring, [sealed])
    assert found is not None
    return found[0]


def test_a_mark_is_forged_by_nobody_without_the_content_key(world: World) -> None:
    """Red when `freshness.meet` seals under another key than the account's own."""
    sealed = freshness.meet(world.db, world.ana.keyring, None, now=world.ana.now)
    assert freshness.open_mark(world.tess.keyring, [sealed]) is None
    assert freshness.open_mark(world.otto.keyring, [sealed]) is None
    found = freshness.open_mark(world.ana.keyring, [b"", sealed])
    assert found is not None
    assert found[1] == sealed


def test_a_browser_of_long_ago_is_forgotten_and_no_alarm(world: World) -> None:
    """Red when `freshness._keep` does not note how far the forgotten had come."""
    ana, now = world.ana, world.ana.now
    first = marked(world, ana)
    for _ in range(freshness.MOST_BROWSERS + 3):
        marked(world, ana)
    kept = read_state(world.db, ana.keyring)[freshness.BROWSERS]
    assert len(kept) == freshness.MOST_BROWSERS
    freshness.meet(world.db, ana.keyring, first, now=now)
    assert freshness.told(world.db, ana.keyring) is None


def test_telling_it_again_keeps_the_widest_span(world: World) -> None:
    """Red when `freshness._note_older` takes the newer `since`."""
    ana = world.ana
    behind = marked(world, ana)._replace(version=1 << 40, at=int(ana.now.timestamp()) + 60)
    freshness.meet(world.db, ana.keyring, behind, now=ana.later(minutes=1))
    first = freshness.told(world.db, ana.keyring)
    later = behind._replace(browser=b"another!", at=behind.at + 60)
    freshness.meet(world.db, ana.keyring, later, now=ana.later(minutes=9))
    second = freshness.told(world.db, ana.keyring)
    assert first is not None
    assert second is not None
    assert second.since == first.since
    assert second.seen is not None
    assert second.seen.timestamp() == later.at


def test_somebody_new_is_not_told_of_a_restore_before_her(world: World) -> None:
    """Red when `accounts.create` does not note the restores that were."""
    incarnations.begin(world.db, now=world.ana.now, backup_made_at=world.ana.now)
    world.db.commit()
    nora = people.patient(world.db, world.site, "Nora", world.tess)
    freshness.meet(world.db, nora.keyring, None, now=nora.now)
    assert freshness.told(world.db, nora.keyring) is None


def test_an_ending_goes_on_all_the_same(world: World) -> None:
    """Red when `heads.keep_receipt` lets Damaged through."""
    world.db.execute(
        Account.__table__.update().where(Account.id == world.ana.id).values(state=b"scratched")
    )
    world.db.commit()
    consent.revoke(world.db, world.ana.keyring, world.tess_grant, now=world.ana.now)
    assert world.db.scalar(select(func.count()).select_from(OlderDatabaseSeen)) == 0
