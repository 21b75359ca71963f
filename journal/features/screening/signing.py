"""A therapist's findings and sign-off, in her own record; the route commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import clinical, records, scopes
from journal.core.errors import NotFound, StaleVersion
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.core.records import Opened
from journal.features.screening.assessment import (
    FINDINGS_KIND,
    KIND,
    OWN_KIND,
    Assessment,
    Findings,
    own_id,
)


def find(db: Session, keyring: Keyring, grant_id: UUID, kind: str) -> Opened | None:
    """Return her own record of this kind about the patient of a grant, None before there is one."""
    try:
        return clinical.one(db, keyring, grant_id, own_id(grant_id, kind), kind=kind)
    except NotFound:
        return None


def findings(db: Session, keyring: Keyring, grant_id: UUID) -> Findings:
    """Return what she kept so far."""
    there = find(db, keyring, grant_id, FINDINGS_KIND)
    return Findings.load(there.content) if there else Findings()


def sign(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    version: int,
    assessment: Assessment,
    *,
    anew: bool,
    now: datetime,
) -> None:
    """Sign off over `version` (0 for the first time), with a copy for the patient.

    Said twice it is said once, unless it is said `anew` over other answers; what was said before
    stays in the record. StaleVersion when something else was signed meanwhile, NotFound when the
    grant is over.
    """
    there = find(db, keyring, grant_id, OWN_KIND)
    if there is not None and Assessment.load(there.content) == assessment and not anew:
        return
    if (there.version if there else 0) != version:
        raise StaleVersion(there) if there else NotFound("no such sign-off")
    record_id, says = own_id(grant_id, OWN_KIND), assessment.says()
    if there is not None:
        clinical.change(
            db,
            keyring,
            grant_id,
            record_id=record_id,
            kind=OWN_KIND,
            version=version,
            says=says,
            occurs=now,
            now=now,
        )
        return
    clinical.begin(
        db,
        keyring,
        grant_id,
        record_id=record_id,
        kind=OWN_KIND,
        copied_as=KIND,
        says=says,
        occurs=now,
        now=now,
    )


def keep(
    db: Session, keyring: Keyring, grant_id: UUID, version: int, found: Findings, now: datetime
) -> None:
    """Keep her findings over `version` (0 for none yet); StaleVersion when there are newer ones."""
    begin_write(db, keyring.account_id)
    scopes.require_clinical(db, keyring)
    there = find(db, keyring, grant_id, FINDINGS_KIND)
    content = {"grant": str(grant_id), **found.dump()}
    record_id = own_id(grant_id, FINDINGS_KIND)
    if there is None:
        records.write(
            db,
            keyring,
            record_id=record_id,
            kind=FINDINGS_KIND,
            scope=scopes.CLINICAL,
            content=content,
            occurred_at=now,
            now=now,
        )
    elif there.content != content:
        if version != there.version:
            raise StaleVersion(there)
        records.edit(
            db,
            keyring,
            record_id=record_id,
            version=version,
            content=content,
            occurred_at=there.occurred_at,
            now=now,
        )
