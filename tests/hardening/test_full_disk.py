"""The disk fills up while people write: a clear answer, the words back, and nothing lost.

Red when `send_again` does not know the database's refusal, when a save that met the full disk
leaves something half written, or when a line that the log has no room for fails an answer.
PostgreSQL refuses a statement when its tables find no room, and dies when its log finds none.
"""

from __future__ import annotations

import pwd
import resource
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import databases
from tests.hardening import clinic
from tests.hardening.clinic import Browser, Save
from tests.people import PASSWORD
from tests.visitors import Page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from journal.config import Settings
    from tests.hardening.clinic import Answer, Patient
    from tests.unit.test_serving import Served

SIZE = "8m"
TABLES_SIZE, CLUSTER_SIZE = "32m", "160m"
LEFT = 32 * 1024  # bytes
WORDS = "the ferns at the weir had opened "
LONG_NOTE = WORDS * 40
MANY = 1000
PATIENCE = 30
PAGES = ("/today", "/check-ins", "/entries", "/check-ins/new", "/trends", "/account", "/healthz")

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's limits and mounts"),
    pytest.mark.usefixtures("real_passwords"),
]


class SmallDisk:
    """A file system of a few megabytes that a file of zeros fills."""

    is_readable = True  # pages that write nothing still answer

    def __init__(self, folder: Path, *, has_nooks: bool = False) -> None:
        self.filler = folder / "filler"
        self.has_nooks = has_nooks  # what one try was refused another may find

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


class DeadCluster(SmallDisk):
    """A PostgreSQL server that finds no room for its log: it dies, and its operator starts it."""

    is_readable = False

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def fill(self, served: Served) -> None:
        """Leave no room at all, and let the log go on in a new file until the server is dead."""
        super().fill(served)
        self.filler.write_bytes(self.filler.read_bytes() + bytes(LEFT))
        while self.is_alive():
            self.write_to_the_log()

    def free(self, served: Served) -> None:
        """Make room, and start the server again."""
        super().free(served)
        for _ in range(PATIENCE):
            if self.is_alive():
                return
            clinic.is_done(databases.start_command(self.folder), databases.server_account())
        pytest.fail((self.folder / "log").read_text())

    def is_alive(self) -> bool:
        """Tell whether it answers."""
        return self.ask("SELECT 1")

    def write_to_the_log(self) -> None:
        """Begin another file of the log, and write something there."""
        self.ask("SELECT pg_logical_emit_message(false, 'x', repeat('x', 100000)), pg_switch_wal()")

    def ask(self, statement: str) -> bool:
        try:
            with psycopg.connect(f"host={self.folder} user=tests dbname=postgres") as connection:
                connection.execute(statement.encode())
        except psycopg.OperationalError:
            return False
        return True


class SmallFiles:
    """A limit on the size of the server's files: anybody may set it, without a file system."""

    is_readable, has_nooks = True, False

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


@pytest.fixture
def small(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The same instance on a file system of its own."""
    with mounted(tmp_path / "small", SIZE) as folder:
        instance = folder / "instance"
        shutil.copytree(settings.instance_path, instance)
        yield settings.model_copy(
            update={
                "instance_path": instance,
                "database_url": f"sqlite:///{instance / 'journal.sqlite3'}",
                "site_key_file": instance / "site.key",
            }
        )


@contextmanager
def mounted(folder: Path, size: str, account: str | None = None) -> Iterator[Path]:
    """Mount a small file system that belongs to an account; yield its folder."""
    folder.mkdir()
    owner = f",uid={pwd.getpwnam(account).pw_uid}" if account else ""
    options = f"size={size},mode=700{owner}"
    if not shutil.which("mount") or not clinic.is_done(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    ):
        pytest.skip("mounting a small file system takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def on_sqlite(database_source: databases.Source) -> None:
    if not isinstance(database_source, databases.SQLiteSource):
        pytest.skip("PostgreSQL's disk is its own")


@pytest.fixture
def cluster(database_source: databases.Source) -> databases.PostgreSQLSource:
    if not isinstance(database_source, databases.PostgreSQLSource):
        pytest.skip("SQLite's disk is the instance's")
    return database_source


@pytest.mark.usefixtures("on_sqlite")
def test_a_full_disk(small: Settings) -> None:
    live_through(small, SmallDisk(small.instance_path.parent))


@pytest.mark.usefixtures("on_sqlite")
def test_files_that_may_not_grow(settings: Settings) -> None:
    live_through(settings, SmallFiles(settings))


def test_a_full_disk_under_postgresqls_tables(
    settings: Settings, cluster: databases.PostgreSQLSource
) -> None:
    name = urlsplit(settings.database_url).path.removeprefix("/")
    with mounted(cluster.sockets / "tables", TABLES_SIZE, databases.server_account()) as folder:
        cluster.ask(f"CREATE TABLESPACE small LOCATION '{folder}'")
        try:
            cluster.ask(f'ALTER DATABASE "{name}" SET TABLESPACE small')
            # A page of a table that a refused save was given is free for the next.
            live_through(settings, SmallDisk(folder, has_nooks=True))
        finally:
            cluster.ask(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            )
            cluster.ask(f'ALTER DATABASE "{name}" SET TABLESPACE pg_default')
            cluster.ask("DROP TABLESPACE small")


def test_a_full_disk_under_postgresqls_log(
    settings: Settings, cluster: databases.PostgreSQLSource, tmp_path: Path
) -> None:
    account = databases.server_account()
    with (
        mounted(cluster.sockets / "small", CLUSTER_SIZE, account) as folder,
        databases.server_in(folder),
    ):
        url = databases.PostgreSQLSource(folder, tmp_path).clone(tmp_path, "small")
        live_through(settings.model_copy(update={"database_url": url}), DeadCluster(folder))


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
        still_answers(served, browser, ana, disk)
        again = browser.save(refused).status
        assert again == 503 or (again == 303 and disk.has_nooks)
        if disk.is_readable:
            kept = [*saved, refused] if again == 303 else saved
            assert Counter(clinic.notes_of(settings, [ana])) == told(kept)
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


def still_answers(
    served: Served, browser: Browser, ana: Patient, disk: SmallDisk | SmallFiles
) -> None:
    """Reading goes on, and what must write says 503 in words, never 500."""
    for path in PAGES:
        assert browser.get(path).status in (200, 503), path
    assert not disk.is_readable or browser.get("/check-ins").status == 200
    assert sign_in(Browser(served), ana).status in (303, 422, 503)


def sign_in(browser: Browser, ana: Patient) -> Answer:
    return browser.post("/sign-in", email=ana.email, password=PASSWORD)


def told(saves: list[Save]) -> Counter[tuple[object, str]]:
    return Counter((save.id, save.note.strip()) for save in saves)
