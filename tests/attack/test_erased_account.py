"""Ana is erased, and the week of the key backups is over: a thief has everything that is left.

An older backup, the newest shred keys, the site key, Ana's own password, and all that Tess, who
read her, can open with hers. Red when `pinning._pin` keeps a grant key bare, when
`erasing.erase_rows` leaves the shred key, when `backup.erase_old` keeps the older files, or when
`snapshot.tables` puts shred keys into the backup itself.
"""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text

from journal import clock
from journal.core import accounts, erasing, leaving, models, outer_layers
from journal.core.errors import WrongCredentials
from journal.crypto.sitekey import PURPOSES
from journal.db import Database, empty_log, rewrite_shred_keys
from journal.operating import archive
from journal.operating import backup as backing_up
from journal.operating.archive import Reader
from tests import builders, databases, people, thief
from tests.feature.operating.conftest import Clinic, built, clinic, empty, restored
from tests.people import PASSWORD

__all__ = ["built", "clinic", "empty", "restored"]
ERASED = timedelta(days=7)


class Loot:
    """The older backup and what was found in the folder of backups a week after the erasure."""

    def __init__(self, clinic: Clinic, folder: Path) -> None:
        self.clinic, self.folder = clinic, folder
        db, ana = clinic.world.db, clinic.world.ana
        self.shred_key = db.scalar(
            select(models.ShredKey.key).where(models.ShredKey.account_id == ana.id)
        )
        now = clock.now()
        self.old = self.backup(now)
        leaving.ask(db, builders.fresh(ana.keyring), now=now)
        erasing.erase_due(db, now=now + leaving.WAITS)
        self.backup(now + leaving.WAITS)
        self.week_later = self.backup(now + leaving.WAITS + ERASED + timedelta(seconds=1))

    def backup(self, now) -> backing_up.Made:
        settings, database = self.clinic.settings, self.clinic.database
        with backing_up.made(settings, database, self.folder, now=now) as made:
            return made


@pytest.fixture
def loot(clinic, tmp_path: Path) -> Loot:
    return Loot(clinic, tmp_path / "backups")


def rows(path: Path, what: str) -> dict[str, list[dict[str, object]]]:
    """A backup's rows as the thief's own program reads them, replaying nothing."""
    found: dict[str, list[dict[str, object]]] = {}
    for section, lines in Reader(path, what).sections():
        names = [name for name, _ in section.columns]
        found.setdefault(section.table, []).extend(
            dict(zip(names, row, strict=True)) for row in lines if section.do == archive.ADD
        )
    return found


def put_back(loot: Loot, keys: Path) -> None:
    """Fill the database by hand: the older backup, and those shred keys that are still found."""
    db = loot.clinic.world.db
    for table in reversed(models.Base.metadata.sorted_tables):
        db.execute(delete(table))
    old, found = rows(loot.old.backup, archive.BACKUP), rows(keys, archive.SHRED_KEYS)
    accounts_there = {row["id"] for row in old["accounts"]}
    known = [row for row in found["shred_keys"] if row["account_id"] in accounts_there]
    for table in models.Base.metadata.sorted_tables:
        wanted = known if table.name == "shred_keys" else old.get(table.name, [])
        if wanted:
            db.execute(insert(table), wanted)
    db.commit()


def keys_of_the_thief(loot: Loot) -> set[bytes]:
    """Shred keys that are left, the site key's, and everything that Tess can open a session for."""
    world = loot.clinic.world
    shred_keys = set(world.db.scalars(select(models.ShredKey.key)))
    site = {world.site.derive(purpose) for purpose in PURPOSES} | set(world.site.versions.values())
    root = accounts.unlock(
        world.db, world.site, email=world.tess.email, password=PASSWORD, now=clock.now()
    )
    return shred_keys | site | {root.account_key, root.root_key, root.content_key}


def test_the_folder_of_backups_holds_no_key_of_hers_any_more(loot: Loot) -> None:
    left = [path for path in loot.folder.iterdir() if path.suffix == backing_up.SHRED_KEYS]
    assert left == [loot.week_later.shred_keys]
    for path in loot.folder.iterdir():
        assert archive.KINDS["bytes"].write(loot.shred_key).encode() not in gzip.decompress(
            path.read_bytes()
        )


def test_an_older_backup_with_both_passwords_opens_nothing_of_hers(loot: Loot) -> None:
    put_back(loot, loot.week_later.shred_keys)
    world = loot.clinic.world
    theirs = thief.opened(world.db, keys_of_the_thief(loot))
    of_ana = [item for item in theirs if world.ana.id.bytes == item.context.owner]
    assert {item.column for item in of_ana} == {"contacts.sealed", "key_slots.body"}
    assert world.otto.id in {UUID(bytes=item.context.owner) for item in theirs}
    assert thief.bodies(world.db, keys_of_the_thief(loot)).isdisjoint(world.records)
    address, now = {"email": world.ana.email}, clock.now()
    with pytest.raises(WrongCredentials):
        accounts.unlock(world.db, world.site, **address, password=PASSWORD, now=now)
    with pytest.raises(WrongCredentials):
        accounts.unlock_with_kit(world.db, world.site, **address, kit=world.ana.kit, now=now)


def test_the_thief_would_open_it_with_a_key_backup_from_before(loot: Loot) -> None:
    """Otherwise the test above would pass because its program opens nothing at all."""
    put_back(loot, loot.week_later.shred_keys)
    world = loot.clinic.world
    world.db.execute(insert(models.ShredKey).values(account_id=world.ana.id, key=loot.shred_key))
    world.db.commit()
    opened = thief.opened(world.db, keys_of_the_thief(loot))
    read = {item.row[1] for item in opened if item.column == "records.body"}
    assert world.before in read
    assert world.private not in read
    root = accounts.unlock(
        world.db, world.site, email=world.ana.email, password=PASSWORD, now=clock.now()
    )
    assert thief.bodies(world.db, {root.content_key}) == set(world.records)


def test_restored_as_it_should_be_she_is_erased_again(loot: Loot, restored) -> None:
    there = restored(loot.old.backup, loot.week_later.shred_keys)
    db, world = there.world.db, there.world
    for table in models.Base.metadata.sorted_tables:
        if table.name in ("tombstones", "caseload", "grants"):
            continue
        for column in table.columns:
            if isinstance(column.type, type(models.Account.id.type)):
                assert db.execute(select(column).where(column == world.ana.id)).first() is None
    with pytest.raises(WrongCredentials):
        there.signed_in(world.ana)
    tess = there.signed_in(world.tess)
    assert people.grants_of(tess) == []
    assert [one.label for one in leaving.departed(db, tess.keyring, now=clock.now())] == ["Ana"]
    assert people.owns(there.signed_in(world.otto)) == {world.ottos: "Otto's own words"}
    assert outer_layers.layers(db, world.site).closed == 0


def test_no_byte_of_her_keys_lies_in_the_database_file(clinic) -> None:
    """`secure_delete` overwrites them in the file, and the job empties the write-ahead log."""
    world, database = clinic.world, clinic.database
    if not database.is_sqlite:
        pytest.skip("PostgreSQL overwrites in its own time: docs/operations.md says how")
    db, ana = world.db, world.ana.id
    key = select(models.ShredKey.key).where(models.ShredKey.account_id == ana)
    words = select(models.Record.body).where(models.Record.account_id == ana)
    erased = [*db.scalars(key), *(body[30:60] for body in db.scalars(words))]
    place = Path(database.url.removeprefix("sqlite:///"))
    assert any(erased[0] in path.read_bytes() for path in place.parent.glob("journal.sqlite3*"))
    assert erasing.erase(db, ana, now=clock.now())
    db.commit()
    empty_log(db, now=clock.now())
    left = b"".join(path.read_bytes() for path in place.parent.glob("journal.sqlite3*"))
    assert [piece for piece in erased if piece in left] == []


def test_no_byte_of_her_shred_key_lies_in_postgresqls_table(clinic, database_source) -> None:
    """Red without `db.rewrite_shred_keys`, which the worker runs."""
    world, database = clinic.world, clinic.database
    if database.is_sqlite:
        pytest.skip("the test above is SQLite's")
    key = world.db.scalar(
        select(models.ShredKey.key).where(models.ShredKey.account_id == world.ana.id)
    )
    world.db.commit()
    assert key in shred_keys_on_disk(database, database_source)
    assert erasing.erase(world.db, world.ana.id, now=clock.now())
    world.db.commit()
    assert key in shred_keys_on_disk(database, database_source)
    with database.engine.connect() as connection:
        # What the server does by itself within a second.
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
    world.db.execute(text("SELECT pg_stat_force_next_flush()"))
    world.db.commit()
    rewrite_shred_keys(world.db, now=clock.now())
    assert key not in shred_keys_on_disk(database, database_source)
    assert people.owns(world.otto.over(world.db)) == {world.ottos: "Otto's own words"}


def shred_keys_on_disk(database: Database, source: databases.PostgreSQLSource) -> bytes:
    """The table's own file, as a thief of the disk finds it."""
    with database.engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        place = connection.scalar(text("SELECT pg_relation_filepath('shred_keys')"))
    return (source.sockets / "cluster" / str(place)).read_bytes()


def test_a_leaving_that_was_taken_back_is_not_revived(clinic, restored, tmp_path: Path) -> None:
    world = clinic.world
    leaving.ask(world.db, builders.fresh(world.ana.keyring), now=clock.now())
    old = clinic.backup(tmp_path / "kept")
    leaving.cancel(world.db, world.ana.id)
    world.db.commit()
    new = clinic.backup(tmp_path / "kept")
    there = restored(old.backup, new.shred_keys)
    assert leaving.pending(there.world.db, world.ana.id) is None


def test_a_leaving_of_the_key_backups_waits_its_whole_week_again(
    clinic, restored, tmp_path: Path
) -> None:
    """She may have taken it back since: nobody is erased on the morning of a restore."""
    world = clinic.world
    long_ago = clock.now() - timedelta(days=30)
    leaving.ask(world.db, builders.fresh(world.ana.keyring), now=long_ago)
    made = clinic.backup(tmp_path / "kept")
    there = restored(made.backup, made.shred_keys)
    waits = leaving.pending(there.world.db, world.ana.id)
    assert waits is not None
    assert waits.erase_at > clock.now() + leaving.WAITS - timedelta(minutes=5)
    erasing.erase_due(there.world.db, now=clock.now())
    assert people.owns(there.signed_in(world.ana)) == world.records
