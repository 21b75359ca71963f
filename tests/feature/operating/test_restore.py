"""Otto's restore: everything comes back with the right three files, and nothing without them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, inspect, select

from journal import clock, migrations
from journal.core import (
    accounts,
    caseload,
    consent,
    freshness,
    incarnations,
    reading,
    records,
    restarts,
    rotation,
)
from journal.core.consent import Choice
from journal.core.errors import NotFound, WrongCredentials
from journal.core.models import Grant, GrantKey, Session, ShredKey
from journal.db import Database
from journal.operating import lineage, restoring
from journal.operating.archive import KINDS
from tests import builders, people, thief
from tests.archives import rewritten
from tests.people import PASSWORD


def test_with_their_passwords_everybody_has_everything(clinic, restored, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")
    world = clinic.world
    there = restored(made.backup, made.shred_keys)
    ana, tess = there.signed_in(world.ana), there.signed_in(world.tess)
    assert people.owns(ana) == world.records
    assert set(people.reads(tess, world.tess_grant).values()) == {
        "before Theo", "since Theo", "a calm morning", "for Tess alone",
    }  # fmt: skip
    assert set(people.reads(there.signed_in(world.theo), world.theo_grant)) == {world.after}
    site, now = there.world.site, clock.now()
    kit = accounts.unlock_with_kit(there.world.db, site, email=ana.email, kit=ana.kit, now=now)
    assert kit.account_id == world.ana.id
    assert ana.write("and writing goes on").version == 1


def test_every_table_comes_back_row_by_row(clinic, restored, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")
    there = restored(made.backup, made.shred_keys)
    again = there.backup(tmp_path / "again")
    first, second = (
        sorted(gzip.decompress(path.read_bytes()).splitlines()[1:-1])
        for path in (made.backup, again.backup)
    )
    # One row more: what the restored database says of the restore itself.
    more = set(second) - set(first)
    assert len(second) == len(first) + len(more)
    assert sum(line.startswith(b"[") for line in more) == 1
    assert any(b'"table":"incarnations"' in line for line in second)
    with clinic.database.session() as here:
        kept = set(here.scalars(select(ShredKey.key)))
    assert set(there.world.db.scalars(select(ShredKey.key))) == kept


def test_one_kind_of_database_restores_into_the_other_and_back(
    clinic, restored, tmp_path: Path
) -> None:
    made = clinic.backup(tmp_path / "kept")
    file = restored(made.backup, made.shred_keys, "sqlite")
    again = file.backup(tmp_path / "again")
    back = restored(again.backup, again.shred_keys)
    assert file.database.is_sqlite
    assert people.owns(back.signed_in(clinic.world.ana)) == clinic.world.records


def test_every_session_is_over(clinic, restored, tmp_path: Path) -> None:
    builders.sign_in(clinic.world, clinic.world.ana)
    made = clinic.backup(tmp_path / "kept")
    there = restored(made.backup, made.shred_keys)
    assert there.world.db.scalar(select(func.count()).select_from(Session)) == 0


def test_the_files_are_ottos_alone(clinic, restored, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")
    there = restored(made.backup, made.shred_keys)
    kept = [path for path in there.settings.instance_path.iterdir() if path.stat().st_size]
    assert kept
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_without_the_shred_keys_nothing_opens(clinic, tmp_path: Path, empty) -> None:
    """The backup, the site key and a password, put together by hand with made-up shred keys."""
    made = clinic.backup(tmp_path / "kept")

    def made_up(lines: list[bytes]) -> list[bytes]:
        at = next(i for i, line in enumerate(lines) if b'"shred_keys"' in line) + 1
        changed = [json.loads(line) for line in lines[at : at + 4]]
        guess = KINDS["bytes"].write(bytes(32))
        return [*lines[:at], *(json.dumps([row[0], guess]).encode() + b"\n" for row in changed)]

    keys = rewritten(made.shred_keys, tmp_path / "guess.shred-keys", made_up)
    settings = empty()
    restoring.restore(settings, made.backup, keys, clinic.settings.site_key_file)
    database = Database(settings.database_url)
    with database.session() as db:
        ana = clinic.world.ana
        with pytest.raises(WrongCredentials):
            accounts.unlock(db, ana.site, email=ana.email, password=PASSWORD, now=clock.now())
        assert thief.bodies(db, {bytes(32), *ana.site.versions.values()}) == set()
    database.dispose()


def test_a_consent_revoked_since_stays_revoked(clinic, restored, tmp_path: Path) -> None:
    world, now = clinic.world, clinic.world.ana.now
    old = clinic.backup(tmp_path / "kept")
    consent.revoke(world.db, builders.fresh(world.ana.keyring), world.tess_grant, now=now)
    world.db.commit()
    rotation.finish(world.db, builders.fresh(world.ana.keyring), now=now)
    new = clinic.backup(tmp_path / "kept")
    there = restored(old.backup, new.shred_keys)
    grant = there.world.db.execute(select(Grant).where(Grant.id == world.tess_grant)).scalar_one()
    assert (grant.status, grant.sealed_key) == ("ended", None)
    tess = there.signed_in(world.tess)
    with pytest.raises(NotFound):
        people.reads(tess, world.tess_grant)
    ana = there.signed_in(world.ana)
    rotation.settle(ana.db, ana.keyring, now=ana.now)
    assert people.owns(ana) == world.records
    view = consent.one_grant(ana.db, ana.keyring, world.tess_grant, now=ana.now)
    assert view.statement.status == "ended"
    with pytest.raises(NotFound):
        people.reads(tess, world.tess_grant)
    assert people.reads(there.signed_in(world.theo), world.theo_grant)


def test_a_consent_narrowed_since_stays_narrow(clinic, restored, tmp_path: Path) -> None:
    world = clinic.world
    old = clinic.backup(tmp_path / "kept")
    ring = builders.fresh(world.ana.keyring)
    consent.change(world.db, ring, world.tess_grant, Choice(("check-ins",)), now=world.ana.now)
    world.db.commit()
    new = clinic.backup(tmp_path / "kept")
    there = restored(old.backup, new.shred_keys)
    ana = there.signed_in(world.ana)
    rotation.settle(ana.db, ana.keyring, now=ana.now)
    ana.write("after the restore", scope="journal")
    seen = people.reads(there.signed_in(world.tess), world.tess_grant)
    assert set(seen.values()) == {"a calm morning", "for Tess alone"}


def test_between_a_restore_and_her_next_sign_in_what_she_took_away_is_not_even_counted(
    clinic, restored, tmp_path: Path
) -> None:
    """Red when `reading._opened` keeps what `tombstones.withheld` names."""
    world = clinic.world
    old = clinic.backup(tmp_path / "kept")
    ring = builders.fresh(world.ana.keyring)
    consent.change(world.db, ring, world.tess_grant, Choice(("check-ins",)), now=world.ana.now)
    world.db.commit()
    there = restored(old.backup, clinic.backup(tmp_path / "kept").shred_keys)
    tess = there.signed_in(world.tess)
    left = {"a calm morning", "for Tess alone"}
    assert set(people.reads(tess, world.tess_grant).values()) == left
    grant = reading.open_grant(tess.db, tess.keyring, world.tess_grant, now=tess.now)
    assert len(caseload.unseen(tess.db, tess.keyring, grant)) == len(left)
    [entry] = caseload.entries(tess.db, tess.keyring, now=tess.now)
    assert (grant.scopes, entry.scopes, entry.unseen) == (("check-ins",), ("check-ins",), len(left))
    assert restarts.make(tess.db, tess.keyring, world.tess_grant, now=tess.now)
    with pytest.raises(NotFound):
        records.open_as_reader(tess.db, tess.keyring, world.tess_grant, world.before, now=tess.now)


def test_a_consent_widened_again_stays_wide(clinic, restored, tmp_path: Path) -> None:
    world, wide = clinic.world, Choice(("check-ins", "journal"), since="everything")
    root = builders.fresh(world.ana.root)
    for choice in (Choice(("check-ins",)), wide):
        consent.change(world.db, root, world.tess_grant, choice, now=world.ana.now)
        world.db.commit()
    made = clinic.backup(tmp_path / "kept")
    there = restored(made.backup, made.shred_keys)
    assert world.before in people.reads(there.signed_in(world.tess), world.tess_grant)
    held = select(func.count()).where(GrantKey.grant_id == world.tess_grant)
    assert there.world.db.scalar(held) == world.db.scalar(held)


def test_an_older_schema_is_brought_up_to_this_one(clinic, restored, tmp_path: Path) -> None:
    """As a backup that revision 0002 made: without what came to the tables since."""
    made = clinic.backup(tmp_path / "kept")
    engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with engine.begin() as connection:
        migrations.upgrade_within(connection, "0002")
        old = {
            name: {found["name"] for found in inspect(connection).get_columns(name)}
            for name in inspect(connection).get_table_names()
        }
    engine.dispose()

    def aged(lines: list[bytes]) -> list[bytes]:
        header = {**json.loads(lines[0]), "schema": "0002"}
        kept, keep = [header], []
        for line in map(json.loads, lines[1:]):
            if isinstance(line, dict):
                columns = old.get(line["table"], set())
                keep = [at for at, (name, _) in enumerate(line["columns"]) if name in columns]
                line["columns"] = [line["columns"][at] for at in keep]
            if keep:
                kept.append(line if isinstance(line, dict) else [line[at] for at in keep])
        return [json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in kept]

    backup = rewritten(made.backup, tmp_path / "old.backup", aged)
    keys = rewritten(made.shred_keys, tmp_path / "old.shred-keys", aged)
    there = restored(backup, keys)
    assert people.owns(there.signed_in(clinic.world.ana)) == clinic.world.records


def test_a_restore_is_told_to_everybody_and_alarms_nobody(clinic, restored, tmp_path) -> None:
    lineage.keep_up(clinic.database, clinic.settings.instance_path, now=clock.now())
    made = clinic.backup(tmp_path / "kept")
    lineage.keep_up(clinic.database, clinic.settings.instance_path, now=clock.now())
    there = restored(made.backup, made.shred_keys)
    for person in (there.world.ana, there.world.tess):
        signed_in = there.signed_in(person)
        freshness.meet(there.world.db, signed_in.keyring, None, now=signed_in.now)
        told = freshness.told(there.world.db, signed_in.keyring)
        assert told is not None
        assert told.restored is not None
        assert abs(told.restored - signed_in.now).total_seconds() < 60
    there.world.db.commit()
    # The same folder as before: what it remembers of the newer database is explained.
    same = clinic.settings.instance_path
    assert lineage.keep_up(there.database, same, now=clock.now()) is None
    assert incarnations.sightings(there.world.db).count == 0
