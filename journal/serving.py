"""Prepare the instance, then keep a server and a worker running until told to stop."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from journal import clock, config, instance, migrations
from journal.config import ROOT, Settings
from journal.core import accounts, invitations
from journal.crypto.errors import CryptoError
from journal.db import Database
from journal.operating import lineage, site_key_copy

PR_SET_PDEATHSIG = 1
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it in our children
LOOK_EVERY = 0.1
STOP_SECONDS = 15
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made in it
RESTART_SECONDS = (1, 2, 5, 15, 60)
Begin = Callable[[Settings, Database], None]


def main(begin: Begin | None = None) -> int:
    """Run the journal in the foreground; return the exit status.

    begin: what to do first with the migrated database; OSError from it stops the start.
    """
    settings = config.read()
    os.umask(0o077)
    if os.environ.get("MAKELEVEL"):
        # `make run` is our parent; when it is killed outright, nothing of us may stay.
        die_with_parent()
    try:
        prepare(settings, begin)
    except (OSError, CryptoError) as error:
        sys.stderr.write(f"The journal can't start: {error}\n")
        return 1
    with counted_together(settings):
        return keep_running(settings)


def prepare(settings: Settings, begin: Begin | None = None) -> None:
    """Make the instance ready and say how to begin; raises OSError or CryptoError."""
    instance.refuse_public_demo(settings)
    refuse_taken_port(settings.bind, settings.port)
    if settings.metrics_address is not None:
        refuse_taken_port(*settings.metrics_address)
    instance.prepare(settings)
    instance.read_site_key(settings)
    database = Database(settings.database_url)
    migrations.upgrade(database, settings.instance_path)
    tell_of_an_older_database(settings, database)
    if begin is not None:
        begin(settings, database)
    tell_how_to_begin(settings, database)
    database.dispose()


def refuse_taken_port(bind: str, port: int) -> None:
    """Raise OSError if somebody else serves on our port: the server would share it silently."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            ours.bind((bind, port))
        except OSError as error:
            raise OSError(f"{bind} port {port}: {error.strerror}") from error


def tell_of_an_older_database(settings: Settings, database: Database) -> None:
    """Say if a newer database ran here; a full disk, on which nothing is noted, stops no start."""
    try:
        line = lineage.keep_up(database, settings.instance_path, now=clock.now())
    except (SQLAlchemyError, OSError):
        line = "how far the database has come could not be noted: run doctor"
    if line:
        say(f"Warning: {line}")


def tell_how_to_begin(settings: Settings, database: Database) -> None:
    """Print the address, what is still missing, and without a therapist the first one's link."""
    reminder = site_key_copy.reminder(settings, instance.read_site_key(settings))
    if reminder and not instance.demo_mark(settings):
        say(f"Warning: {reminder}")
    with database.session() as db:
        if not accounts.therapist_exists(db):
            token = invitations.invite_first_therapist(db, now=clock.now())
            db.commit()
            if not settings.clinic_phone:
                say("Help now has no number of your own yet: set JOURNAL_CLINIC_PHONE")
            say(f"Set up the first therapist: {settings.base_url}/invitations/{token}")
    say(f"Serving {settings.base_url} (Ctrl+C stops)")


def say(line: str) -> None:
    """Print one line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def counted_together(settings: Settings) -> Iterator[None]:
    """Let the programs we start count in one folder, if anybody is to read it (decision 0014).

    In memory: a page of it that finds no room ends the program that writes, and disks fill up.
    """
    os.environ.pop(SHARED_FOLDER, None)
    if settings.metrics_address is None:
        yield
        return
    where = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    with TemporaryDirectory(prefix="journal-metrics-", dir=where) as folder:
        os.environ[SHARED_FOLDER] = folder
        yield


def keep_running(settings: Settings) -> int:
    """Run both programs; a signal ends both, and so does the server's end."""
    stop = Stop()
    server, worker = Program(server_command(settings)), Program(worker_command())
    try:
        server.start()
        worker.start()
        while not stop.asked and server.is_running():
            worker.restart_if_ended()
            time.sleep(LOOK_EVERY)
    finally:
        # The server first: what it has begun may still need an answer.
        server.end()
        worker.end()
    return 0 if stop.asked else 1


class Stop:
    """Remembers that SIGTERM or SIGINT came."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self.ask)
        signal.signal(signal.SIGINT, self.ask)

    def ask(self, _signal: int, _frame: FrameType | None) -> None:
        """Note the wish to stop."""
        self.asked = True


@dataclass
class Program:
    """A child that can't outlive us, in a group of its own so that its children go with it."""

    command: list[str]
    child: subprocess.Popen[bytes] | None = None
    ends: int = 0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it."""
        self.child = subprocess.Popen(  # noqa: S603 - our own two commands
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=child_setup(os.getpid()),  # noqa: PLW1509 - we have one thread
        )

    def is_running(self) -> bool:
        """Tell whether it has not ended."""
        return self.child is not None and self.child.poll() is None

    def restart_if_ended(self) -> None:
        """Start it again, each time after a longer wait."""
        if self.is_running():
            return
        if self.child is not None:
            self.clear_up()
            wait = RESTART_SECONDS[min(self.ends, len(RESTART_SECONDS) - 1)]
            self.ends, self.start_at = self.ends + 1, time.monotonic() + wait
        if time.monotonic() >= self.start_at:
            self.start()

    def end(self) -> None:
        """Ask it to stop, wait, then end its whole group."""
        if self.child is None:
            return
        self.child.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(STOP_SECONDS)
        self.clear_up()

    def clear_up(self) -> None:
        """Kill what is left of its group, and forget it."""
        if self.child is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
            self.child = None


def child_setup(parent: int) -> Callable[[], None]:
    """Return what a new child does before its program starts."""

    def set_up() -> None:
        die_with_parent()
        # The parent may have died before the line above: then nobody will tell us.
        if os.getppid() != parent:
            os._exit(1)

    return set_up


def die_with_parent() -> None:
    """Ask the kernel for SIGTERM when our parent dies, even by SIGKILL (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def server_command(settings: Settings) -> list[str]:
    """Return granian's command line."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", settings.bind, "--port", str(settings.port)),
        *("--workers", str(settings.workers)),
        *("--blocking-threads", str(settings.blocking_threads)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10"),
        *("--log-level", "error", "--no-access-log"),
        "wsgi:app",
    ]


def worker_command() -> list[str]:
    """Return the worker's command line."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "work"]


if __name__ == "__main__":
    sys.exit(main())
