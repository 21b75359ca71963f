"""Leases: several nodes may ask to run a job, one of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from journal.core.locking import begin_write
from journal.core.models import Lease

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def claim(db: Session, name: str, holder: str, *, now: datetime, seconds: int) -> bool:
    """Whether `holder` has the lease for the next seconds; commits what it takes."""
    instant = int(now.timestamp())
    begin_write(db)
    row = db.execute(
        select(Lease.holder, Lease.until).where(Lease.name == name).with_for_update()
    ).first()
    values = {"holder": holder, "until": instant + seconds}
    if row is not None and row.holder != holder and row.until > instant:
        db.rollback()
        return False
    try:
        if row is None:
            db.execute(insert(Lease).values(name=name, **values))
        else:
            db.execute(update(Lease).where(Lease.name == name).values(**values))
        db.commit()
    except IntegrityError:
        db.rollback()
        return False
    return True
