"""Lives of the database: how far each has come, and which began with a restored backup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update

from journal.core.models import Incarnation, OlderDatabaseSeen

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Life:
    """One life: `tick` only ever rises in it; `backup_made_at` where a restore began it."""

    number: int
    id: UUID
    tick: int
    began_at: datetime
    backup_made_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sightings:
    """How many sign-ins came from a browser that knew a newer database; nobody is named."""

    count: int
    first: datetime | None
    last: datetime | None


def current(db: Session) -> Life | None:
    """The life that goes on now; None in a database that nothing has run on yet."""
    newest = select(Incarnation).order_by(Incarnation.number.desc()).limit(1)
    found = db.scalars(newest.execution_options(populate_existing=True)).first()
    return None if found is None else _life(found)


def by_id(db: Session, life_id: UUID) -> Life | None:
    """A life that this database has or had."""
    found = db.scalars(select(Incarnation).where(Incarnation.id == life_id)).first()
    return None if found is None else _life(found)


def begin(db: Session, *, now: datetime, backup_made_at: datetime | None = None) -> Life:
    """Begin the next life; the caller commits."""
    number = (db.scalar(select(func.max(Incarnation.number))) or 0) + 1
    made = {
        "id": uuid4(),
        "tick": 0,
        "began_at": int(now.timestamp()),
        "backup_made_at": int(backup_made_at.timestamp()) if backup_made_at else None,
    }
    db.execute(insert(Incarnation).values(number=number, **made))
    began = current(db)
    if began is None:
        raise LookupError("the life that was begun a moment ago is not there")
    return began


def tick(db: Session, life: Life) -> int:
    """Let a life go on by one; returns how far it has come. The caller commits."""
    mine = Incarnation.number == life.number
    db.execute(update(Incarnation).where(mine).values(tick=Incarnation.tick + 1))
    return db.scalars(select(Incarnation.tick).where(mine)).one()


def newest_restore(db: Session) -> Life | None:
    """The last restore that this database knows of."""
    restored = select(Incarnation).where(Incarnation.backup_made_at.is_not(None))
    found = db.scalars(restored.order_by(Incarnation.number.desc()).limit(1)).first()
    return None if found is None else _life(found)


def began_since(db: Session, seconds: int) -> bool:
    """Whether the life that goes on now began after this moment: the operator knows why."""
    life = current(db)
    return life is not None and life.began_at.timestamp() > seconds


def note_sighting(db: Session, *, now: datetime) -> None:
    """Note for the operator, and without a name, that this database is older than a browser."""
    db.execute(insert(OlderDatabaseSeen).values(id=uuid4(), at=int(now.timestamp())))


def sightings(db: Session) -> Sightings:
    at = OlderDatabaseSeen.at
    row = db.execute(select(func.count(), func.min(at), func.max(at))).one()
    return Sightings(row[0], _moment(row[1]), _moment(row[2]))


def forget_sightings(db: Session) -> None:
    """The operator knows; the caller commits."""
    db.execute(delete(OlderDatabaseSeen))


def _life(row: Incarnation) -> Life:
    began, made = _moment(row.began_at), _moment(row.backup_made_at)
    return Life(row.number, row.id, row.tick, began or datetime.fromtimestamp(0, UTC), made)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
