"""The instance folder: made at the first start, its secrets readable by one account only."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.pool import NullPool

from journal.config import Settings
from journal.crypto.errors import CryptoError
from journal.crypto.sitekey import SiteKey
from journal.db import make_engine

OURS_ALONE = 0o600
DEMO_MARK = ".demo"


def prepare(settings: Settings) -> None:
    """Make the folder and the site key if they are missing; raises OSError."""
    settings.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(settings.instance_path, "instance"):
        # A site key made for a database that already has one would open nothing in it.
        if not settings.site_key_file.exists() and not has_a_database(settings):
            write_secret(settings.site_key_file, SiteKey.make().render())


def has_a_database(settings: Settings) -> bool:
    """Tell whether the SQLite database's file is there, or somebody is in the PostgreSQL one."""
    if settings.database_url.startswith("sqlite"):
        return Path(settings.database_url.removeprefix("sqlite:///")).exists()
    engine = make_engine(settings.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        if not inspect(connection).has_table("accounts"):
            return False
        return connection.execute(text("SELECT 1 FROM accounts LIMIT 1")).first() is not None


def read_site_key(settings: Settings) -> SiteKey:
    """Return the site key; raises FileNotFoundError, or crypto's BadFormat."""
    return SiteKey.parse(settings.site_key_file.read_text(encoding="ascii"))


class WatchedKey:
    """The site key's file, read again when it has changed: it is rotated while we serve."""

    def __init__(self, settings: Settings) -> None:
        """Read it for the first time; raises as `read_site_key` does."""
        self._settings = settings
        self._seen = (self._stamp(), read_site_key(settings))

    def __call__(self) -> SiteKey:
        """Return the newest that could be read: a key in memory outlives a lost or cut file."""
        stamp, key = self._seen
        with suppress(OSError, UnicodeDecodeError, CryptoError):
            if (now := self._stamp()) != stamp:
                key = read_site_key(self._settings)
                self._seen = (now, key)
        return key

    def _stamp(self) -> tuple[int, int, int]:
        found = self._settings.site_key_file.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size


def mark_demo(settings: Settings, state: str) -> None:
    """Note that the people in this instance are made up; state: "unfinished" or "filled"."""
    write_secret(settings.instance_path / DEMO_MARK, state)


def demo_mark(settings: Settings) -> str:
    """Return what `mark_demo` noted, "" in an instance that is no demo."""
    path = settings.instance_path / DEMO_MARK
    return path.read_text(encoding="ascii") if path.exists() else ""


def refuse_public_demo(settings: Settings, *, asked: bool = False) -> None:
    """Raise OSError if a demo, there or asked for, could be reached from another machine."""
    if (asked or demo_mark(settings)) and not settings.local:
        raise OSError("everybody knows the demo's passwords, so it is served on 127.0.0.1 alone")


def write_secret(path: Path, text: str) -> None:
    """Write a new file, whole or not at all, that its owner alone can read."""
    _write_draft(path, text).rename(path)


def replace_secret(path: Path, text: str) -> None:
    """Write a secret's file anew, whole or not at all, for the account whose it is; raises OSError.

    On return the disk has it: what is sealed under a key that a power cut takes back is lost.
    """
    path = path.resolve()
    there = path.stat()
    draft = _write_draft(path, text)
    try:
        # Run as root it would otherwise become a file that the journal itself can't read.
        os.chown(draft, there.st_uid, there.st_gid)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows the folder's new names."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_draft(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)  # left by one that was killed, with our number
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock of the instance; the kernel gives it back when its holder dies."""
    descriptor = os.open(folder / f".{name}.lock", os.O_RDWR | os.O_CREAT, OURS_ALONE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
