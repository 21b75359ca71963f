"""What is read once in a transaction: never older than what somebody decides on."""

from sqlalchemy import event

from journal.core import once, sessions
from journal.core.locking import begin_write
from journal.core.models import Account
from journal.core.state import change_state, read_state, seal_state
from tests import builders
from tests.builders import World


def changed_elsewhere(world: World) -> None:
    """Ana's other device changes her state, past this session."""
    ring = world.ana.keyring
    state = {**read_state(world.db, ring), "name": "Ana Two"}
    sealed = seal_state(
        state, content_key=ring.content_key, account_id=ring.account_id, version=1000
    )
    there = Account.__table__.update().where(Account.__table__.c.id == ring.account_id)
    world.db.connection().execute(there.values(state=sealed, state_version=1000))


def test_a_state_is_fetched_once_in_a_transaction(world: World) -> None:
    fetched: list[str] = []
    event.listen(
        world.db.connection(), "before_cursor_execute", lambda *said: fetched.append(said[2])
    )
    for _ in range(3):
        read_state(world.db, world.ana.keyring)
    assert len(fetched) == 1


def test_who_reads_a_state_changes_nobody_elses_values(world: World) -> None:
    read_state(world.db, world.ana.keyring)["pins"]["made up"] = {}
    assert "made up" not in read_state(world.db, world.ana.keyring)["pins"]


def test_a_change_is_made_to_the_newest_state(world: World) -> None:
    begin_write(world.db, world.ana.id)
    read_state(world.db, world.ana.keyring)
    changed_elsewhere(world)
    change_state(world.db, world.ana.keyring, lambda state: state.update(zone="Europe/Vienna"))
    found = read_state(world.db, world.ana.keyring)
    assert (found["name"], found["zone"]) == ("Ana Two", "Europe/Vienna")


def test_a_change_taken_back_is_not_remembered(world: World) -> None:
    before = read_state(world.db, world.ana.keyring)
    change_state(world.db, world.ana.keyring, lambda state: state.update(name="Somebody"))
    world.db.rollback()
    assert read_state(world.db, world.ana.keyring) == before


def test_the_next_transaction_reads_anew(world: World) -> None:
    read_state(world.db, world.ana.keyring)
    changed_elsewhere(world)
    world.db.commit()
    assert read_state(world.db, world.ana.keyring)["name"] == "Ana Two"


def test_what_came_with_the_session_is_read_but_never_decided_on(world: World) -> None:
    cookie, _ = builders.sign_in(world, world.ana)
    resumed = sessions.resume(world.db, world.site, cookie, now=world.ana.now)
    came = once.kept(world.db).copy()
    changed_elsewhere(world)
    world.db.commit()
    once.kept(world.db).update(came)
    assert read_state(world.db, resumed)["name"] == "Ana"
    begin_write(world.db, world.ana.id)
    assert read_state(world.db, resumed)["name"] == "Ana Two"
