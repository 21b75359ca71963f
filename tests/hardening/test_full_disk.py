"""The disk fills up while people write: a clear answer, the words back, and nothing lost.

Red when `send_again` does not know the database's refusal, when a save that met the full disk
leaves something half written, or when a line that the log has no room for fails an answer.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import databases
from tests.hardening import clinic
from tests.hardening.clinic import Browser, Save
from tests.people import PASSWORD
from tests.visitors import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal.config import Settings
    from tests.hardening.clinic import Answer, Patient
    from tests.unit.test_serving import Served

SIZE = "8m"
LEFT = 32 * 1024  # bytes
WORDS = "the ferns at the weir had opened "
LONG_NOTE = WORDS * 40
MANY = 1000
PAGES = ("/today", "/check-ins", "/entries", "/check-ins/new", "/trends", "/account", "/healthz")

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's limits and mounts"),
    pytest.mark.usefixtures("real_passwords"),
]


class SmallDisk:
    """A file system of a few megabytes that a file of zeros fills."""

    def __init__(self, folder: Path) -> None:
        self.filler = folder / "filler"

    def fill(self, _served: Served) -> None:
        """Leave a little room."""
        with self.filler.open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                filler.truncate(filler.tell() - LEFT)

    def free(self, _served: Served) -> None:
        """Make room again."""
        self.filler.unlink()


class SmallFiles:
    """A limit on the size of the server's files: anybody may set it, without a file system."""

    def __init__(self, settings: Settings) -> None:
        self.log = settings.instance_path / "journal.sqlite3-wal"

    def fill(self, served: Served) -> None:
        """Let no file grow much beyond the database's log."""
        self._limit(served, self.log.stat().st_size + LEFT)

    def free(self, served: Served) -> None:
        """Let them grow again."""
        self._limit(served, resource.RLIM_INFINITY)

    def _limit(self, served: Served, most: int) -> None:
        for number in served.family():
            resource.prlimit(number, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@pytest.fixture(autouse=True)
def on_this_disk(database_source: databases.Source) -> None:
    if not isinstance(database_source, databases.SQLiteSource):
        pytest.skip("PostgreSQL's disk is its own")


@pytest.fixture
def small(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The same instance on a file system of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder)]
    if shutil.which("mount") is None or not clinic.is_done(mount):
        pytest.skip("mounting a small file system takes root")
    try:
        instance = folder / "instance"
        shutil.copytree(settings.instance_path, instance)
        yield settings.model_copy(
            update={
                "instance_path": instance,
                "database_url": f"sqlite:///{instance / 'journal.sqlite3'}",
                "site_key_file": instance / "site.key",
            }
        )
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(small: Settings) -> None:
    live_through(small, SmallDisk(small.instance_path.parent))


def test_files_that_may_not_grow(settings: Settings) -> None:
    live_through(settings, SmallFiles(settings))


def live_through(settings: Settings, disk: SmallDisk | SmallFiles) -> None:
    """Save until the disk is full, go on trying, make room, and send again what was refused."""
    [ana] = clinic.found_clinic(settings, 1)
    served = clinic.start(settings)
    try:
        browser = Browser(served, ana.cookie)
        saved = [save_well(browser, ana, f"before {number}") for number in range(5)]
        disk.fill(served)
        refused, answer = save_until_refused(browser, ana, saved)
        gives_back(answer, refused)
        still_answers(served, browser, ana)
        assert browser.save(refused).status == 503
        assert Counter(clinic.notes_of(settings, [ana])) == told(saved)
        disk.free(served)
        assert browser.save(refused).status == 303, "everything works again afterwards"
        saved += [refused, save_well(browser, ana, "after")]
        assert sign_in(Browser(served), ana).status == 303
        assert Counter(clinic.notes_of(settings, [ana])) == told(saved)
        clinic.tell(f"refused after {len(saved) - 2} saves")
    finally:
        clinic.kill(served)
    assert Counter(clinic.notes_of(settings, [ana])) == told(saved)


def save_well(browser: Browser, ana: Patient, note: str) -> Save:
    save = Save(ana, note)
    assert browser.save(save).status == 303
    return save


def save_until_refused(browser: Browser, ana: Patient, saved: list[Save]) -> tuple[Save, Answer]:
    for number in range(MANY):
        save = Save(ana, f"{LONG_NOTE}{number}")
        answer = browser.save(save)
        if answer.status != 303:
            return save, answer
        saved.append(save)
    raise AssertionError("the disk never filled up")


def gives_back(answer: Answer, save: Save) -> None:
    assert answer.status in (503, 507), answer.text
    assert int(answer.headers["Retry-After"]) > 0
    fields = dict(Page(answer.text).form("/check-ins/new").fields)
    assert (fields["note"], fields["client_id"]) == (save.note, str(save.id))


def still_answers(served: Served, browser: Browser, ana: Patient) -> None:
    """Reading goes on, and what must write says 503 in words, never 500."""
    for path in PAGES:
        assert browser.get(path).status in (200, 503), path
    assert browser.get("/check-ins").status == 200
    assert sign_in(Browser(served), ana).status in (303, 422, 503)


def sign_in(browser: Browser, ana: Patient) -> Answer:
    return browser.post("/sign-in", email=ana.email, password=PASSWORD)


def told(saves: list[Save]) -> Counter[tuple[object, str]]:
    return Counter((save.id, save.note.strip()) for save in saves)
