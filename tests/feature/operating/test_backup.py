"""Otto's backup: whole, consistent, and shut."""

from __future__ import annotations

import gzip
import os
import resource
import subprocess
import sys
import threading
import time
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from journal import clock, create_app
from journal.config import ROOT
from journal.core import records
from journal.core.models import ShredKey
from journal.operating import backup as backing_up
from journal.operating import snapshot
from journal.operating.refusals import Refused
from tests import builders, people
from tests.people import Person


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def words(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def environment(clinic) -> dict[str, str]:
    return {
        **os.environ,
        "JOURNAL_INSTANCE_PATH": str(clinic.settings.instance_path),
        "JOURNAL_DATABASE_URL": clinic.settings.database_url,
    }


class Writing(threading.Thread):
    """Somebody who writes one entry after the other, and notes each that was answered."""

    def __init__(self, clinic, person: Person) -> None:
        super().__init__()
        self.clinic, self.person = clinic, person
        self.answered: list[tuple[float, UUID]] = []
        self.stop = threading.Event()

    def run(self) -> None:
        with self.clinic.database.session() as db:
            person = self.person.over(db)
            while not self.stop.is_set():
                kept = person.write("while the backup runs")
                self.answered.append((time.monotonic(), kept.id))
                time.sleep(0.01)


def test_every_save_answered_before_its_end_is_in_it(clinic, restored, tmp_path: Path) -> None:
    """From another process, as Otto runs it, until he is told that it is done."""
    writers = [Writing(clinic, person) for person in (clinic.world.ana, clinic.world.otto)]
    for writer in writers:
        writer.start()
    time.sleep(0.3)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(tmp_path / "kept")]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(clinic), stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout
        told = run.stdout.readline()
        # That process is gone a moment later, and we may have come late to its line.
        ended = time.monotonic() - 0.01
        run.stdout.read()
    time.sleep(0.2)
    for writer in writers:
        writer.stop.set()
        writer.join()
    assert run.returncode == 0
    assert told.startswith("Backup: ")
    [backup] = (tmp_path / "kept").glob("*.backup")
    there = restored(backup, backup.with_suffix(".shred-keys"))
    for writer in writers:
        before = {record for at, record in writer.answered if at < ended}
        assert len(before) > 20
        assert len(before) < len(writer.answered), "or nobody wrote on afterwards"
        owns = people.owns(there.signed_in(writer.person))
        assert before <= set(owns)
        assert set(owns.values()) >= {"while the backup runs"}


def test_what_changes_between_the_two_readings_is_in_it(
    clinic, restored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry more, one edited and one erased, before anybody has to wait."""
    world, plain = clinic.world, snapshot._write_all
    ana = builders.fresh(world.ana.keyring)

    def meanwhile(*given: object) -> None:
        plain(*given)
        now = world.ana.now
        new = world.ana.write("as late as can be")
        records.edit(
            world.db, ana, record_id=world.before, version=1, content={"body": "edited"},
            occurred_at=now, now=now,
        )  # fmt: skip
        records.erase(world.db, ana, world.private)
        world.db.commit()
        made.append(new.id)

    made: list[UUID] = []
    monkeypatch.setattr(snapshot, "_write_all", meanwhile)
    kept = clinic.backup(tmp_path / "kept")
    there = restored(kept.backup, kept.shred_keys)
    owns = people.owns(there.signed_in(world.ana))
    assert owns[made[0]] == "as late as can be"
    assert owns[world.before] == "edited"
    assert world.private not in owns


def test_no_file_holds_words_addresses_or_the_other_files_keys(clinic, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path)
    backup, shred_keys = words(made.backup), words(made.shred_keys)
    keys = list(clinic.world.db.scalars(select(ShredKey.key)))
    assert len(keys) == 4
    for key in keys:
        spelt = (key, key.hex().encode(), b64encode(key))
        assert not any(form in backup for form in spelt)
        assert b64encode(key) in shred_keys
    site = clinic.settings.site_key_file.read_text().split()[-2]
    for said in [*clinic.world.records.values(), "ana@example.org", site]:
        assert said.encode() not in backup + shred_keys
    assert b'"sessions"' not in backup


def test_both_files_are_ottos_alone(clinic, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in (made.backup, made.shred_keys)} == {0o600}


def test_shred_keys_older_than_a_week_go_and_the_newest_stays(clinic, tmp_path: Path) -> None:
    folder, now = tmp_path / "kept", clock.now()

    def at(days: int) -> backing_up.Made:
        when = now + timedelta(days=days)
        with backing_up.made(clinic.settings, clinic.database, folder, now=when) as made:
            return made

    first, second = at(-30), at(-26)
    assert first.shred_keys.exists(), "four days are not seven"
    assert at(-20).erased == (first.shred_keys,)
    assert second.shred_keys.exists()
    (folder / "journal-notes.shred-keys").write_text("somebody's own file")
    last = at(0)
    assert len(last.erased) == 2
    assert sorted(path.name for path in folder.glob("*.shred-keys")) == [
        last.shred_keys.name,
        "journal-notes.shred-keys",
    ]
    assert len(list(folder.glob("*.backup"))) == 4


def test_a_full_disk_is_told_in_a_line_and_leaves_nothing(clinic, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    run = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(folder)],
        cwd=ROOT, env=environment(clinic), capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000)),
    )  # fmt: skip
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr == f"No backup was made in {folder}: File too large.\n"
    assert files(folder) == []
    clinic.backup(folder)
    assert len(files(folder)) == 2


def test_what_a_killed_backup_left_is_swept_away(clinic, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / ".journal-1.backup.part").write_text("half")
    clinic.backup(tmp_path / "kept")
    assert len(files(tmp_path / "kept")) == 2


def test_a_folder_that_can_not_be_is_told(clinic, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match=r"^No backup was made in .*: (Not a directory|File exists)"):
        clinic.backup(tmp_path / "file")


def test_it_reminds_of_the_site_keys_copy_until_one_is_confirmed(clinic, tmp_path: Path) -> None:
    app = create_app(clinic.settings)
    runner = app.test_cli_runner()
    warned = runner.invoke(args=["backup", str(tmp_path / "kept")])
    assert warned.exit_code == 0
    assert "Warning: No copy of the site key is confirmed" in warned.stdout
    copy = tmp_path / "copy.key"
    copy.write_bytes(clinic.settings.site_key_file.read_bytes())
    assert runner.invoke(args=["confirm-site-key-copy", str(copy)]).exit_code == 0
    assert "Warning" not in runner.invoke(args=["backup", str(tmp_path / "kept")]).stdout
    app.extensions["journal"].database.dispose()


def test_a_write_waits_for_its_end_and_no_longer(clinic, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        with clinic.database.session() as db:
            clinic.world.ana.over(db).write("meanwhile")
        done.set()

    writer = threading.Thread(target=write)
    given = (clinic.settings, clinic.database, tmp_path / "kept")
    with backing_up.made(*given, now=clock.now()):
        writer.start()
        assert not done.wait(0.5)
    assert done.wait(5)
    writer.join()
    assert "meanwhile" in people.owns(clinic.signed_in(clinic.world.ana)).values()
