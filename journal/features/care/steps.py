"""A therapist takes a step of her patient's course, or takes back the last one."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import clinical
from journal.core.keyring import Keyring
from journal.features.care import histories
from journal.features.care.arc import OutOfOrder, Step
from journal.features.care.history import FROM_SESSIONS, KIND, OWN_KIND, SaidStep

A_SECOND = timedelta(seconds=1)


def take(
    db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, step: Step, now: datetime
) -> None:
    """Say a step; posted twice it is said once. OutOfOrder when it does not follow; StaleVersion.

    The caller commits, or rolls back: that it follows is known only once the rows are held.
    """
    before = histories.about(db, keyring, grant_id).last
    # Two steps of one second would have no order.
    at = now if before is None else max(now, before.happened.at + A_SECOND)
    clinical.begin(
        db,
        keyring,
        grant_id,
        record_id=record_id,
        kind=OWN_KIND,
        copied_as=KIND,
        says=SaidStep(step).dump(),
        occurs=at,
        now=now,
    )
    told = histories.about(db, keyring, grant_id).told
    if not any(one.record == record_id and one.counts for one in told):
        raise OutOfOrder(f"{step} does not follow")


def take_back(
    db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, version: int, now: datetime
) -> None:
    """Say that the last step was a mistake; said twice it is said once. The caller commits.

    OutOfOrder when something followed from it since; StaleVersion as `clinical.change`.
    """
    opened = clinical.one(db, keyring, grant_id, record_id, kind=OWN_KIND)
    said = SaidStep.load(opened.content)
    if said.withdrawn:
        return
    last = histories.about(db, keyring, grant_id).last
    if last is None or last.record != record_id or said.step in FROM_SESSIONS:
        raise OutOfOrder("something followed from it")
    clinical.change(
        db,
        keyring,
        grant_id,
        record_id=record_id,
        kind=OWN_KIND,
        version=version,
        says=SaidStep(said.step, withdrawn=True).dump(),
        occurs=last.happened.at,
        now=now,
    )
