"""Doctor: finds what is wrong and says it in a sentence; finds nothing where nothing is."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, text, update

from journal import cli, clock, create_app, instance
from journal.core import incarnations, models, records
from journal.core.site import SiteKey
from journal.features.safety import help_lines
from journal.operating import backup as backing_up
from journal.operating import bare, lineage, remembered
from tests import copies


@pytest.fixture
def doctor(clinic):
    """What runs doctor and hands over its status and what it printed."""

    def run(asked=None) -> tuple[int, str]:
        app = create_app((asked or clinic).settings)
        result = app.test_cli_runner().invoke(args=["doctor"])
        app.extensions["journal"].database.dispose()
        assert "Traceback" not in result.output
        return result.exit_code, result.output

    return run


def in_database(clinic, statement) -> None:
    db = clinic.world.db
    db.execute(statement)
    db.commit()


def seconds(moment) -> int:
    return int(moment.timestamp())


def test_nothing_is_wrong_with_a_clinic_that_works(clinic, doctor, tmp_path: Path) -> None:
    cli.run_jobs(clinic.database, "a worker")
    clinic.backup(tmp_path / "kept")
    status, printed = doctor()
    assert status == 0, printed
    assert "Problem" not in printed
    assert "The site key opens all outer layers (12)." in printed
    assert "The newest backup is 0 days old." in printed
    assert printed.endswith("No problem found.\n")


def test_nothing_is_wrong_after_a_restore(clinic, restored, doctor, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")
    status, printed = doctor(restored(made.backup, made.shred_keys))
    assert status == 0, printed
    assert "No work process has run here yet" in printed


def test_warnings_alone_do_not_fail(clinic, doctor) -> None:
    status, printed = doctor()
    assert status == 0
    assert "Warning: No copy of the site key is confirmed" in printed
    assert "Warning: No backup was made from this instance yet." in printed
    assert "not tried in 90 days: US 988" in printed


def a_link(clinic) -> None:
    in_database(clinic, update(models.AccessEvent).where(models.AccessEvent.n == 2)
                .values(link=bytes(32)))  # fmt: skip


def a_line_gone(clinic) -> None:
    in_database(clinic, delete(models.AccessEvent).where(models.AccessEvent.n == 2))


def a_first_line_gone(clinic) -> None:
    in_database(clinic, delete(models.AccessEvent).where(models.AccessEvent.n == 1))


def another_site_key(clinic) -> None:
    path = clinic.settings.site_key_file
    path.unlink()
    instance.write_secret(path, SiteKey.make().render())


def a_damaged_slot(clinic) -> None:
    slot = update(models.KeySlot).where(models.KeySlot.account_id == clinic.world.ana.id)
    in_database(clinic, slot.values(body=bytes(200)))


def a_shred_key_gone(clinic) -> None:
    in_database(
        clinic, delete(models.ShredKey).where(models.ShredKey.account_id == clinic.world.ana.id)
    )


def a_future(clinic) -> None:
    ahead = seconds(clock.now() + timedelta(days=1))
    in_database(clinic, update(models.Session).values(seen_at=ahead))


def an_overdue_consent(clinic) -> None:
    past = seconds(clock.now() - timedelta(hours=1))
    grant = update(models.Grant).where(models.Grant.id == clinic.world.tess_grant)
    in_database(clinic, grant.values(not_after=past))


def silent_work(clinic) -> None:
    before = seconds(clock.now() - timedelta(hours=1))
    in_database(clinic, insert(models.Lease).values(name="a job", holder="gone", until=before))


def an_older_revision(clinic) -> None:
    in_database(clinic, text("UPDATE alembic_version SET version_num = '0001'"))


def a_readable_secret(clinic) -> None:
    clinic.settings.site_key_file.chmod(0o644)


def an_old_backup(clinic) -> None:
    at = (clock.now() - timedelta(days=8)).isoformat()
    where = {"at": at, "file": "/media/stick/journal.backup"}
    remembered.remember(clinic.settings.instance_path, backing_up.FACT, where)


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (a_link, "access log broken: events were removed or changed"),
        (a_line_gone, "access log broken"),
        (a_first_line_gone, "access log broken"),
        (another_site_key, "The site key does not open this database: it is another one's."),
        (a_damaged_slot, "The site key does not open 2 of 12 outer layers."),
        (a_shred_key_gone, "1 account can't be opened by anybody: keys are gone."),
        (a_future, "The database has moments that lie in the future"),
        (an_overdue_consent, "1 consent past the end and not yet swept"),
        (silent_work, "No work process has run since"),
        (an_older_revision, "The database is at revision 0001, this version needs"),
        (a_readable_secret, "site.key: chmod 600 it."),
        (an_old_backup, "The newest backup is 8 days old."),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_it_finds(clinic, doctor, break_it, said: str) -> None:
    break_it(clinic)
    status, printed = doctor()
    assert status == 1
    problems = [line for line in printed.splitlines() if line.startswith("Problem: ")]
    assert any(said in line for line in problems), printed
    assert len(problems) == 1, problems


def test_it_finds_a_damaged_database_file(clinic, doctor) -> None:
    if not clinic.database.is_sqlite:
        pytest.skip("PostgreSQL checks its own pages")
    clinic.world.db.rollback()
    clinic.database.dispose()
    path = Path(clinic.database.url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    for at in range(4096 * 3, len(content), 4096):
        content[at : at + 64] = b"\xff" * 64
    path.write_bytes(content)
    status, printed = doctor()
    assert status == 1
    assert "Problem: The database file is damaged" in printed or "could not be" in printed


def test_it_finds_rows_that_belong_to_nobody(clinic, doctor) -> None:
    if not clinic.database.is_sqlite:
        pytest.skip("PostgreSQL lets nobody turn its references off")
    db = clinic.world.db
    db.rollback()
    with clinic.database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("DELETE FROM accounts WHERE role = 'patient'")
        connection.connection.commit()
        cursor.execute("PRAGMA foreign_keys = ON")
    status, printed = doctor()
    assert status == 1
    assert "in the database belong to nobody." in printed


def test_it_finds_a_full_disk(clinic, doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(free=400 * 1024 * 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    status, printed = doctor()
    assert status == 1
    assert "Problem: 400 MB free on the disk of" in printed


def test_it_tells_how_long_a_rotation_waits(clinic, doctor) -> None:
    world, long_ago = clinic.world, seconds(clock.now() - timedelta(days=12))
    past = {"account_id": world.ana.id, "due": False}
    for kind, days in (("expired", 0), ("record", 30)):  # what was settled long before counts not
        stone = past | {"id": uuid4(), "kind": kind, "at": long_ago - days * 86_400}
        in_database(clinic, insert(models.Tombstone).values(**stone, grant_id=world.tess_grant))
    grant = update(models.Grant).where(models.Grant.id == world.tess_grant)
    in_database(clinic, grant.values(rotation="due", status="expired"))
    status, printed = doctor()
    assert status == 0
    assert "Warning: 1 ended consent waiting for the patient's next sign-in" in printed
    assert "the longest for 12 days." in printed


def test_tried_help_lines_are_fine(clinic, doctor) -> None:
    line = {"kind": "crisis", "number": "988", "ways": ["call"]}
    today = clock.now().date()

    def tried(days: int) -> str:
        on = (today - timedelta(days=days)).isoformat()
        lines = help_lines.load([{"country": "US", "lines": [{**line, "verified_on": on}]}])
        help_lines.keep(clinic.settings.instance_path, lines)
        return doctor()[1]

    assert "Fine: Every help line was tried lately." in tried(90)
    told = tried(91)
    assert "Warning: 1 help line not tried in 90 days: US 988." in told
    assert "Warning: The clinic's own number is missing" in told
    (clinic.settings.instance_path / help_lines.FILE).write_text("[")
    status, told = doctor()
    assert status == 1
    assert "help-lines.json can't be read: other numbers are shown." in told


def test_without_a_site_key_it_still_looks(clinic) -> None:
    clinic.settings.site_key_file.unlink()
    app = bare.make(clinic.settings)
    cli.register_bare(app)
    result = app.test_cli_runner().invoke(args=["doctor"])
    app.extensions["journal"].database.dispose()
    assert result.exit_code == 1
    assert "Problem: The site key can't be read" in result.output
    assert "The access logs are unbroken." in result.output


def test_it_makes_nothing_where_nothing_is(clinic, empty) -> None:
    settings = empty("sqlite")
    app = bare.make(settings)
    cli.register_bare(app)
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "Problem: There is no database" in result.output
    assert not settings.instance_path.exists()


def test_every_other_command_says_that_the_site_key_is_missing(empty) -> None:
    app = bare.make(empty("sqlite"))
    cli.register_bare(app)
    for asked in (["backup", "/tmp/kept"], ["invite-therapist", "tess@example.org"], ["work"]):
        result = app.test_cli_runner().invoke(args=asked)
        assert result.exit_code == 1
        assert "The site key can't be read" in result.output


def test_it_changes_nothing(clinic, doctor) -> None:
    before = records.scan_as_owner(
        clinic.world.db, clinic.world.ana.keyring, scopes_named=("private", "journal")
    )
    told = [item.id for item in before]
    doctor()
    after = records.scan_as_owner(
        clinic.world.db, clinic.world.ana.keyring, scopes_named=("private", "journal")
    )
    assert [item.id for item in after] == told


def test_an_older_copy_put_back_is_told_until_it_is_accepted(clinic, doctor) -> None:
    folder = clinic.settings.instance_path
    lineage.keep_up(clinic.database, folder, now=clock.now())
    copy = copies.copied(clinic.world.db)
    lineage.keep_up(clinic.database, folder, now=clock.now())
    copies.put_back(clinic.world.db, copy)
    status, printed = doctor()
    assert status == 1
    assert "Problem: This database is older than the one that ran here on" in printed
    assert "older than" in (lineage.keep_up(clinic.database, folder, now=clock.now()) or "")
    assert doctor()[0] == 1
    app = create_app(clinic.settings)
    accepted = app.test_cli_runner().invoke(args=["accept-older-database"])
    app.extensions["journal"].database.dispose()
    assert accepted.exit_code == 0, accepted.output
    assert "Fine: No newer database is known." in doctor()[1]


def test_sign_ins_from_browsers_that_knew_a_newer_one_are_counted(clinic, doctor) -> None:
    now = clock.now()
    for _ in range(2):
        incarnations.note_sighting(clinic.world.db, now=now)
    clinic.world.db.commit()
    status, printed = doctor()
    assert status == 1
    assert f"2 sign-ins from a browser that knew a newer database, from {now:%Y-%m-%d}" in printed
    lineage.accept(clinic.database, clinic.settings.instance_path, now=now)
    assert "knew a newer" not in doctor()[1]


def test_two_nodes_each_keep_their_own_note(clinic, tmp_path: Path) -> None:
    here, there = clinic.settings.instance_path, tmp_path / "there"
    there.mkdir()
    for folder in (here, there):
        lineage.keep_up(clinic.database, folder, now=clock.now())
    copy = copies.copied(clinic.world.db)
    for folder in (here, there, here, there):
        assert lineage.keep_up(clinic.database, folder, now=clock.now()) is None
    copies.put_back(clinic.world.db, copy)
    for folder in (here, there):
        for _ in range(2):
            assert lineage.keep_up(clinic.database, folder, now=clock.now()) is not None


def test_it_finds_somebody_who_should_have_been_erased(clinic, doctor) -> None:
    ana = clinic.world.ana.id
    asked = seconds(clock.now() - timedelta(days=7, minutes=11))
    in_database(clinic, insert(models.Leaving)
                .values(account_id=ana, asked_at=asked, erase_at=asked + 7 * 86_400))  # fmt: skip
    status, printed = doctor()
    assert status == 1
    assert "Problem: 1 account past the day of erasure: run work." in printed
    cli.run_jobs(clinic.database, "a worker")
    assert "Nobody waits for an erasure" in doctor()[1]
