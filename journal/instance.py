"""The instance folder: made at the first start, its secrets readable by one account only."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from journal.config import Settings
from journal.crypto.sitekey import SiteKey

OURS_ALONE = 0o600


def prepare(settings: Settings) -> None:
    """Make the folder and the site key if they are missing; raises OSError."""
    settings.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(settings.instance_path, "instance"):
        # A site key made for a database that already has one would open nothing in it.
        if not settings.site_key_file.exists() and not has_a_database(settings):
            write_secret(settings.site_key_file, SiteKey.make().render())


def has_a_database(settings: Settings) -> bool:
    """Tell whether a SQLite database lies in the instance; of PostgreSQL nothing is known."""
    path = settings.database_url.removeprefix("sqlite:///")
    return settings.database_url.startswith("sqlite") and Path(path).exists()


def read_site_key(settings: Settings) -> SiteKey:
    """Return the site key; raises FileNotFoundError, or crypto's BadFormat."""
    return SiteKey.parse(settings.site_key_file.read_text(encoding="ascii"))


def write_secret(path: Path, text: str) -> None:
    """Write a new file, whole or not at all, that its owner alone can read."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock of the instance; the kernel gives it back when its holder dies."""
    descriptor = os.open(folder / f".{name}.lock", os.O_RDWR | os.O_CREAT, OURS_ALONE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
