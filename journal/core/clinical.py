"""The clinical record: the therapist's own, under her own keys; the patient gets a sealed copy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select

from journal.core import care_reports, grants, reading, records, scopes, told
from journal.core.care_reports import MOST_KEPT, Subject
from journal.core.errors import Full, NotFound, StaleVersion
from journal.core.locking import begin_write
from journal.core.models import CareCopy, Grant
from journal.core.slots import shred_key_of
from journal.core.state import read_state
from journal.crypto import care_copy, envelope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.opened import Content, Opened
    from journal.core.reading import OpenGrant

MOST_WAITING = 200  # copies that a patient has not taken in, of all who read with her now
MOST_ROWS = 400  # with those of ended grants, and those that were refused
PADDED_TO = 1024


def begin(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    *,
    record_id: UUID,
    kind: str,
    copied_as: str,
    says: dict[str, Any],
    occurs: datetime,
    now: datetime,
) -> Opened:
    """Record something of a patient's care, with a copy for her; posted twice it is once.

    `copied_as` is the kind of the patient's copy. NotFound when the grant is over, or when the id
    is another record's; StaleVersion when it was recorded in other words; Full when the patient
    has too much waiting. The caller commits.
    """
    grant = _hold(db, keyring, grant_id, now)
    subject = Subject(grant_id, grant.patient_id, uuid4())
    signed = care_reports.sign(
        keyring, subject, kind=copied_as, n=1, says=says, occurs=occurs, now=now
    )
    content: Content = {
        "grant": str(grant_id),
        "copy": str(subject.copy),
        "reports": [signed],
    }
    written = records.write(
        db,
        keyring,
        record_id=record_id,
        kind=kind,
        scope=scopes.CLINICAL,
        content=content,
        occurred_at=occurs,
        now=now,
    )
    if written.kind != kind or written.content.get("grant") != str(grant_id):
        raise NotFound("another record")
    if written.content == content:
        _send(db, keyring, subject, content["reports"])
    elif care_reports.read(written.content["reports"][0]).says != says:
        # The answer was lost, she changed what she had typed: it must not be told as saved.
        raise StaleVersion(written)
    return written


def change(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    *,
    record_id: UUID,
    kind: str,
    version: int,
    says: dict[str, Any],
    occurs: datetime,
    now: datetime,
    own: Content | None = None,
) -> Opened:
    """Say something newer of it, over `version`; what was said before stays in the record.

    `own`: members that stay with the therapist, of names of their own; where these alone are
    new, nothing goes to the patient. NotFound as above, StaleVersion when there is a newer one.
    The caller commits.
    """
    grant = _hold(db, keyring, grant_id, now)
    before = one(db, keyring, grant_id, record_id, kind=kind)
    reports = before.content["reports"]
    last = care_reports.read(reports[-1])
    content, kept = {**before.content, **(own or {})}, None
    if not own or last.says != says:
        subject = Subject(grant_id, grant.patient_id, UUID(before.content["copy"]))
        signed = care_reports.sign(
            keyring, subject, kind=last.kind, n=last.n + 1, says=says, occurs=occurs, now=now
        )
        content["reports"] = kept = [*reports, signed][-MOST_KEPT:]
    changed = records.edit(
        db,
        keyring,
        record_id=record_id,
        version=version,
        content=content,
        occurred_at=occurs,
        now=now,
    )
    if kept is not None:
        _send(db, keyring, subject, kept)
    return changed


def one(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, kind: str) -> Opened:
    """One of her own records about the patient of a grant; NotFound otherwise."""
    opened = records.open_as_owner(db, keyring, record_id, kind=kind)
    if opened.content.get("grant") != str(grant_id):
        raise NotFound("another patient's")
    return opened


def about(db: Session, keyring: Keyring, grant_id: UUID, *, kind: str) -> Iterator[Opened]:
    """Her records of one kind about the patient of a grant, newest first; damaged ones too."""
    found = records.scan_as_owner(db, keyring, scopes_named=(scopes.CLINICAL,), kind=kind)
    return (one for one in found if not one.readable or one.content["grant"] == str(grant_id))


def _hold(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> OpenGrant:
    """A living grant, with the patient's row and then her own held until the commit."""
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    begin_write(db, grant.patient_id)
    # A revocation may have come while the row was waited for.
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    begin_write(db, grant.patient_id)
    begin_write(db, keyring.account_id)
    scopes.require_clinical(db, keyring)
    return grant


def _send(
    db: Session, keyring: Keyring, subject: Subject, reports: list[care_reports.Signed]
) -> None:
    """Put the copy where the patient's next session finds it, over an older one still there."""
    shred_key = shred_key_of(db, subject.patient)
    pin = reading.read_pin(read_state(db, keyring), subject.grant, shred_key)
    if pin is None:
        raise NotFound("no pin")
    ours = CareCopy.account_id == subject.patient
    db.execute(delete(CareCopy).where(ours, CareCopy.id == subject.copy))
    _require_room(db, keyring, subject)
    plaintext = envelope.pad(json.dumps(reports, separators=(",", ":")).encode(), PADDED_TO)
    sealed = care_copy.seal_copy(
        plaintext,
        patient_public=pin.patient.sealing_public,
        patient_shred_key=shred_key,
        patient=subject.patient,
        copy=subject.copy,
    )
    db.execute(
        insert(CareCopy).values(
            account_id=subject.patient, id=subject.copy, sealed=sealed, refused=None
        )
    )
    told.note(db, keyring, subject.grant, subject.copy)


def _require_room(db: Session, keyring: Keyring, subject: Subject) -> None:
    """Full where her share is taken: one therapist must not leave another without a word."""
    copies = select(CareCopy.id).where(CareCopy.account_id == subject.patient)
    living = select(func.count()).where(
        Grant.account_id == subject.patient, Grant.status == grants.LIVE
    )
    share = min(told.AT_MOST, MOST_WAITING // (db.scalar(living) or 1))
    waiting = db.scalars(copies.where(CareCopy.refused.is_(None))).all()
    mine = told.among(read_state(db, keyring), subject.grant, waiting)
    rows = db.scalar(select(func.count()).select_from(copies.subquery())) or 0
    if len(mine) >= share or rows >= MOST_ROWS:
        raise Full
