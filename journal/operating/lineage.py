"""Which database ran here, and how far it had come: a file beside it shows an older copy."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import incarnations
from journal.core.incarnations import Life
from journal.core.locking import begin_write
from journal.db import Database
from journal.operating import remembered

# How far the database had come when this node last looked, and since when it is an older one.
FACT, OLDER = "database", "older_database"


def keep_up(database: Database, folder: Path, *, now: datetime) -> str | None:
    """Let the database's life go on by one and note it in the folder; the line of an older copy.

    Raises OSError, or what the database raises.
    """
    with database.session() as db:
        begin_write(db)
        life = incarnations.current(db) or incarnations.begin(db, now=now)
        ran = ran_until(db, folder, life)
        if ran is not None:
            remember_older(folder, ran, now)
            # The old life has been told from this copy; from here on it is another one.
            life = incarnations.begin(db, now=now)
        reached = incarnations.tick(db, life)
        db.commit()
    noted = {"id": str(life.id), "tick": str(reached), "at": now.isoformat()}
    remembered.remember(folder, FACT, noted)
    return told(folder)


def ran_until(db: Session, folder: Path, life: Life) -> datetime | None:
    """When a newer database than this one last ran here; None when none did.

    A restore that the database itself tells of is no surprise.
    """
    fact = remembered.fact(folder, FACT)
    if fact is None:
        return None
    known = incarnations.by_id(db, UUID(fact["id"]))
    if known is not None and known.tick >= int(fact["tick"]):
        return None
    if life.backup_made_at is not None and str(life.id) != fact["id"]:
        return None
    return datetime.fromisoformat(fact["at"])


def remember_older(folder: Path, ran: datetime, now: datetime) -> None:
    """Keep it until the operator accepts it; the first finding is the one that counts."""
    if remembered.fact(folder, OLDER) is None:
        remembered.remember(folder, OLDER, {"ran": ran.isoformat(), "found": now.isoformat()})


def told(folder: Path) -> str | None:
    """Return the line that start-up and doctor print, None when all is well."""
    fact = remembered.fact(folder, OLDER)
    if fact is None:
        return None
    return line(datetime.fromisoformat(fact["ran"]))


def line(ran: datetime) -> str:
    """Return what is said about an older database."""
    return (
        f"This database is older than the one that ran here on {ran:%Y-%m-%d %H:%M} UTC:"
        " what was saved in between is missing. See accept-older-database in docs/operations.md"
    )


def accept(database: Database, folder: Path, *, now: datetime) -> None:
    """Take this database for the right one: forget what is remembered, here and in it."""
    keep_up(database, folder, now=now)
    remembered.forget(folder, OLDER)
    with database.session() as db:
        begin_write(db)
        incarnations.forget_sightings(db)
        # Browsers that knew the newer one come back one by one: from here on they tell no news.
        incarnations.begin(db, now=now)
        db.commit()
