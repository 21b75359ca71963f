"""Otto changes the site key while people are signed in, and later drops the older version."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select

from journal import clock, create_app, instance
from journal.core import accounts, outer_layers, sessions
from journal.core.errors import SessionEnded
from journal.core.models import Session
from journal.operating import archive, machine_checks, restoring, site_key_copy, site_key_rotation
from journal.operating.doctor import Patient
from journal.operating.refusals import Refused
from tests import people
from tests.feature.operating.conftest import Clinic

ADDRESSES = [f"{name}@example.org" for name in ("tess", "theo", "ana", "otto")]


@pytest.fixture(autouse=True)
def nobody_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_key_rotation, "SETTLED_SECONDS", 0)


def site_of(clinic: Clinic):
    return instance.read_site_key(clinic.settings)


def rotate(clinic: Clinic) -> site_key_rotation.Moved:
    clinic.world.db.rollback()
    return site_key_rotation.rotate(clinic.settings, clinic.database)


def finish(clinic: Clinic, *, end_sessions: bool = False, minutes: int = 0) -> tuple[int, ...]:
    clinic.world.db.rollback()
    now = clock.now() + timedelta(minutes=minutes)
    return site_key_rotation.finish(
        clinic.settings, clinic.database, end_sessions=end_sessions, now=now
    )


def cookie_of(clinic: Clinic, person: people.Person) -> str:
    cookie, _ = sessions.start(
        clinic.world.db, site_of(clinic), person.root, device="a phone", now=clock.now()
    )
    clinic.world.db.commit()
    return cookie


def resume(clinic: Clinic, cookie: str):
    return sessions.resume(clinic.world.db, site_of(clinic), cookie, now=clock.now())


def told(clinic: Clinic) -> list[str]:
    patient = Patient(clinic.settings, clinic.database, site_of(clinic), clock.now())
    return [finding.line for finding in machine_checks.the_site_key(patient)]


def versions(clinic: Clinic) -> dict[int, int]:
    clinic.world.db.rollback()
    return outer_layers.versions(clinic.world.db)


def everybody_is_found(clinic: Clinic) -> bool:
    clinic.world.db.rollback()
    found = {accounts.account_of(clinic.world.db, site_of(clinic), one) for one in ADDRESSES}
    return None not in found and len(found) == len(ADDRESSES)


def test_nobody_notices_and_the_older_version_opens_nothing(clinic: Clinic) -> None:
    ana, before = clinic.world.ana, site_of(clinic)
    layers = sum(versions(clinic).values())
    cookie = cookie_of(clinic, ana)
    assert rotate(clinic) == site_key_rotation.Moved(2, layers, 0)
    assert versions(clinic) == {2: layers}
    assert everybody_is_found(clinic)
    assert resume(clinic, cookie).account_id == ana.id
    clinic.world.db.commit()
    sessions.end_under_older(clinic.world.db, site_of(clinic))  # the others' of the world
    clinic.world.db.commit()
    assert finish(clinic) == (1,)
    assert set(site_of(clinic).versions) == {2}
    assert resume(clinic, cookie).account_id == ana.id
    assert people.owns(clinic.signed_in(ana)) == clinic.world.records
    closed = outer_layers.layers(clinic.world.db, before)
    assert closed.all == closed.closed == layers
    assert clinic.settings.site_key_file.stat().st_mode & 0o777 == 0o600


def test_at_every_moment_in_between_everybody_is_found_and_can_come_in(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outer_layers, "BATCH", 1)
    db = clinic.world.db
    instance.replace_secret(clinic.settings.site_key_file, site_of(clinic).rotate().render())
    with clinic.database.session() as ours:
        for _ in outer_layers.seal_anew(ours, site_of(clinic)):
            assert everybody_is_found(clinic)
            now = clock.now()
            site, ana = site_of(clinic), clinic.world.ana
            root = accounts.unlock_with_kit(db, site, email=ana.email, kit=ana.kit, now=now)
            assert root.account_id == ana.id
            db.rollback()
    assert set(versions(clinic)) == {2}


def test_a_session_ended_meanwhile_stays_ended(clinic: Clinic) -> None:
    cookie = cookie_of(clinic, clinic.world.ana)
    rotate(clinic)
    sessions.end(clinic.world.db, cookie)
    clinic.world.db.commit()
    with pytest.raises(SessionEnded):
        resume(clinic, cookie)


def test_dropping_waits_for_who_is_signed_in(clinic: Clinic) -> None:
    cookie = cookie_of(clinic, clinic.world.ana)
    rotate(clinic)
    with pytest.raises(Refused, match="still under an older version"):
        finish(clinic)
    assert set(site_of(clinic).versions) == {1, 2}
    assert finish(clinic, end_sessions=True) == (1,)
    with pytest.raises(SessionEnded):
        resume(clinic, cookie)
    alive = select(func.count()).select_from(Session).where(Session.content_key.is_not(None))
    assert clinic.world.db.scalar(alive) == 0


def test_an_hour_later_nobody_is_in_the_way(clinic: Clinic) -> None:
    cookie_of(clinic, clinic.world.ana)
    rotate(clinic)
    assert finish(clinic, minutes=61) == (1,)


def test_it_goes_on_with_what_was_begun_and_makes_no_third_version(clinic: Clinic) -> None:
    rotate(clinic)
    kept = site_of(clinic)
    assert rotate(clinic).layers == 0
    assert site_of(clinic) == kept
    with pytest.raises(Refused, match="finish the last rotation first"):
        site_key_rotation.prepare(clinic.settings)
    finish(clinic, end_sessions=True)
    assert finish(clinic) == ()
    assert rotate(clinic).version == 3


def test_a_layer_that_does_not_open_keeps_the_older_version(clinic: Clinic) -> None:
    slot = clinic.world.db.scalars(select(outer_layers.KeySlot)).first()
    slot.body = slot.body[:-1] + bytes([slot.body[-1] ^ 1])
    clinic.world.db.commit()
    assert rotate(clinic).closed == 1
    with pytest.raises(Refused, match="1 outer layer still under an older version"):
        finish(clinic, end_sessions=True)
    assert 1 in site_of(clinic).versions


@pytest.fixture
def second(clinic: Clinic, tmp_path: Path) -> Clinic:
    """A further node on the same database, with a folder and a file of its own."""
    folder = tmp_path / "second"
    folder.mkdir()
    changes = {"instance_path": folder, "site_key_file": folder / "site.key"}
    settings = clinic.settings.model_copy(update=changes)
    instance.write_secret(settings.site_key_file, site_of(clinic).render())
    return Clinic(settings, clinic.database, clinic.world)


def test_with_two_nodes_the_file_goes_round_first(clinic: Clinic, second: Clinic) -> None:
    prepared = site_key_rotation.prepare(clinic.settings)
    assert (prepared.current, prepared.prepared) == (1, 2)
    assert site_key_rotation.prepare(clinic.settings) == prepared, "asked twice it is the same"
    assert any("prepared and not in use" in line for line in told(clinic))
    instance.replace_secret(second.settings.site_key_file, prepared.render())
    rotate(clinic)
    assert everybody_is_found(second)
    cookie = cookie_of(clinic, clinic.world.ana)
    assert resume(second, cookie).account_id == clinic.world.ana.id, "signed in on the first"
    cookie = cookie_of(second, clinic.world.ana)
    assert resume(clinic, cookie).account_id == clinic.world.ana.id, "signed in on the second"
    accounts.change_password(
        clinic.world.db, site_of(second), clinic.world.ana.root, new_password="a new long one"
    )
    clinic.world.db.commit()
    assert versions(clinic)[1] == 1, "the second node seals under the older version"
    assert rotate(second).layers == 1
    assert site_of(second) == site_of(clinic)
    assert finish(clinic, end_sessions=True) == finish(second) == (1,)


def test_a_node_that_was_not_given_the_file_says_so(clinic: Clinic, second: Clinic) -> None:
    rotate(clinic)
    with pytest.raises(Refused, match="under version 2 of the site key"):
        rotate(second)
    assert set(site_of(second).versions) == {1}


def test_a_running_node_follows_its_file(clinic: Clinic) -> None:
    watched, path = instance.WatchedKey(clinic.settings), clinic.settings.site_key_file
    first = watched()
    rotate(clinic)
    assert watched() == site_of(clinic) != first
    whole = path.read_text()
    path.write_text(whole[:-30])
    assert watched().current == 2, "a copy that is cut, or half written, is not believed"
    path.unlink()
    assert watched().current == 2
    instance.write_secret(path, whole)
    assert watched().current == 2


def test_the_copy_is_asked_for_again_and_once(clinic: Clinic, tmp_path: Path) -> None:
    def reminded() -> bool:
        return site_key_copy.reminder(clinic.settings, site_of(clinic)) is not None

    copy = tmp_path / "stick.key"
    copy.write_bytes(clinic.settings.site_key_file.read_bytes())
    site_key_copy.confirm(clinic.settings, str(copy), now=clock.now())
    prepared = site_key_rotation.prepare(clinic.settings)
    assert reminded()
    copy.write_text(prepared.render())
    site_key_copy.confirm(clinic.settings, str(copy), now=clock.now())
    rotate(clinic)
    assert not reminded(), "the copy was made of the prepared file: the same keys"
    assert any("is still there" in line for line in told(clinic))
    finish(clinic, end_sessions=True)
    assert not reminded(), "that copy holds what is left"
    assert told(clinic) == ["A copy of the site key is confirmed."]


def test_an_older_backup_needs_a_file_with_its_version(clinic: Clinic, empty, tmp_path) -> None:
    old = tmp_path / "old.key"
    old.write_bytes(clinic.settings.site_key_file.read_bytes())
    made = clinic.backup(tmp_path / "backups")
    rotate(clinic)
    between = clinic.backup(tmp_path / "backups")
    finish(clinic, end_sessions=True)
    settings, new = empty(), clinic.settings.site_key_file
    with pytest.raises(Refused, match="needs version 1 of the site key, and that file holds 2:"):
        restoring.restore(settings, made.backup, between.shred_keys, new)
    with pytest.raises(Refused, match="needs version 2 of the site key, and that file holds 1:"):
        restoring.restore(settings, between.backup, between.shred_keys, old)
    assert not settings.site_key_file.exists()
    restoring.restore(settings, made.backup, between.shred_keys, old)
    assert archive.Reader(made.backup, archive.BACKUP).header.number == archive.NUMBER


def test_the_command_says_what_to_do_next(clinic: Clinic) -> None:
    cookie_of(clinic, clinic.world.ana)
    app = create_app(clinic.settings)

    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(args=["rotate-site-key", *words])

    assert "Version 2 is prepared" in run("--prepare").stdout
    assert "rotate-site-key --finish" in run().stdout
    refused = run("--finish")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    done = run("--finish", "--end-sessions")
    assert done.exit_code == 0
    assert done.stdout.startswith("Dropped: version 1.")
    assert "Warning: No copy of the site key is confirmed" in done.stdout
    clinic.settings.site_key_file.write_text("nonsense")
    assert "is not a site key" in run().stderr
    app.extensions["journal"].database.dispose()
