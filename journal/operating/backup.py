"""A backup while serving: two files that appear together and whole, or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from journal import instance, migrations
from journal.config import Settings
from journal.db import Database
from journal.operating import archive, remembered, snapshot
from journal.operating.archive import Header, Writer
from journal.operating.refusals import Refused

# In UTC; microseconds, so that two in one second are two.
STAMP = "%Y%m%dT%H%M%S.%fZ"
BACKUP, SHRED_KEYS = ".backup", ".shred-keys"
DRAFT = ".part"
KEPT_FOR = timedelta(days=7)
FACT = "backup"


@dataclass(frozen=True, slots=True)
class Made:
    """The two files, and the older files of shred keys that were erased."""

    backup: Path
    shred_keys: Path
    rows: int
    erased: tuple[Path, ...]


@contextmanager
def made(settings: Settings, database: Database, folder: Path, *, now: datetime) -> Iterator[Made]:
    """Make a backup in a folder; until the block ends nobody can save. Raises Refused.

    So nothing that was answered before the block's end is missing from the files.
    """
    with instance.locked(settings.instance_path, "backup"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sweep_drafts(folder)
            with _written(settings, database, folder, now) as (backup, shred_keys, rows):
                yield Made(backup, shred_keys, rows, erase_old(folder, now))
        except (DBAPIError, sqlite3.Error) as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            raise Refused(f"No backup was made, the database did not answer: {reason}.") from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise Refused(f"No backup was made in {folder}: {reason}.") from error


def erase_old(folder: Path, now: datetime) -> tuple[Path, ...]:
    """Erase shred keys older than seven days, but the newest; return what was erased.

    An account's erasure reaches its older backups only when no old file still holds its key.
    """
    dated = sorted((at, path) for path in folder.iterdir() if (at := stamp_of(path, SHRED_KEYS)))
    old = tuple(path for at, path in dated[:-1] if now - at > KEPT_FOR)
    for path in old:
        path.unlink()
    return old


def stamp_of(path: Path, suffix: str) -> datetime | None:
    """Return when a backup's file says that it was made, None for any other file."""
    if path.suffix != suffix or not path.name.startswith("journal-"):
        return None
    with suppress(ValueError):
        return datetime.strptime(f"{path.stem.removeprefix('journal-')}+0000", f"{STAMP}%z")
    return None


def sweep_drafts(folder: Path) -> None:
    """Erase what a killed backup left; the caller holds the lock, so nobody is writing it."""
    for path in folder.glob(f".journal-*{DRAFT}"):
        path.unlink()


@contextmanager
def _written(
    settings: Settings, database: Database, folder: Path, now: datetime
) -> Iterator[tuple[Path, Path, int]]:
    name = f"journal-{now.strftime(STAMP)}"
    backup, shred_keys = folder / f"{name}{BACKUP}", folder / f"{name}{SHRED_KEYS}"
    drafts = [folder / f".{path.name}{DRAFT}" for path in (backup, shred_keys)]
    schema, made_at = _schema(database), now.isoformat(timespec="microseconds")
    writers: list[Writer] = []
    try:
        for draft, what in zip(drafts, (archive.BACKUP, archive.SHRED_KEYS), strict=True):
            writers.append(Writer(draft, Header(what, archive.NUMBER, schema, made_at)))
        with snapshot.taken(database, *writers):
            for writer in writers:
                writer.finish()
            # Before there is a backup: a full disk here must not leave one that is denied.
            place = {"at": now.isoformat(), "file": str(backup.absolute())}
            remembered.remember(settings.instance_path, FACT, place)
            # The keys first: alone they harm nothing, and without them the rest opens nothing.
            drafts[1].rename(shred_keys)
            drafts[0].rename(backup)
            instance.sync_folder(folder)
            yield backup, shred_keys, writers[0].rows
    finally:
        for writer in writers:
            writer.abandon()
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _schema(database: Database) -> str:
    with snapshot.reading(database) as connection:
        found = migrations.revision(connection)
    if found != migrations.revisions()[0]:
        raise Refused("The database is not at this version's revision: start the journal first.")
    return found
