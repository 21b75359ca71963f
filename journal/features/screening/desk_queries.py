"""What a therapist's pages of an assessment show: shared answers, her findings, her sign-off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal.core import care_reports, reading, records
from journal.core.keyring import Keyring
from journal.core.models import Record
from journal.core.reading import OpenGrant
from journal.core.records import Opened
from journal.features.screening import signing
from journal.features.screening.assessment import FINDINGS_KIND, OWN_KIND, Assessment, Findings
from journal.features.screening.queries import SignedOff, history
from journal.features.screening.screening import KIND, SCOPE, Screening, id_in
from journal.web.assessed import Assessed


@dataclass(frozen=True, slots=True)
class Shared:
    """A patient's answers as they are shared: the record, and what it says."""

    record: Opened
    screening: Screening

    @property
    def seen(self) -> str:
        """Return the digests of what stands there, as the form carries them along."""
        marks = self.screening.marks()
        return " ".join(f"{name}:{digest}" for name, digest in marks.items())


@dataclass(frozen=True, slots=True)
class Desk:
    """One assessment on the therapist's page.

    scope_shared: whether the patient shares the care scope at all; changed: the points that were
    answered otherwise when she signed off.
    """

    scope_shared: bool
    shared: Shared | None
    findings: Findings
    findings_version: int
    signed: list[SignedOff]
    signed_version: int
    changed: list[str]


def desk(db: Session, keyring: Keyring, grant: OpenGrant, now: datetime) -> Desk:
    """Return all of it; the patient's answers are logged as opened before they are read."""
    shared = _shared(db, keyring, grant, now)
    working = signing.find(db, keyring, grant.id, FINDINGS_KIND)
    signed = signing.find(db, keyring, grant.id, OWN_KIND)
    findings = Findings.load(working.content) if working else Findings()
    marks = shared.screening.marks() if shared and signed and working else {}
    return Desk(
        SCOPE in grant.scopes,
        shared,
        findings,
        working.version if working else 0,
        history(signed) if signed else [],
        signed.version if signed else 0,
        [name for name, digest in marks.items() if findings.seen.get(name) != digest],
    )


def section(
    db: Session,
    keyring: Keyring,
    grant: OpenGrant,
    now: datetime,  # noqa: ARG001 - told
) -> Mapping[str, Any]:
    """Return the section of the patient's page; it opens none of the patient's records."""
    signed = signing.find(db, keyring, grant.id, OWN_KIND)
    working = signing.find(db, keyring, grant.id, FINDINGS_KIND) if signed else None
    seen = Findings.load(working.content).seen_version if working else None
    row = _covered(db, grant)
    return {
        "signed": history(signed)[0] if signed else None,
        "answered": row is not None,
        "changed": row is not None and seen not in (None, row[1]),
    }


def assessed(db: Session, keyring: Keyring, grant_id: UUID) -> Assessed | None:
    """Return what she signed off last, as the arc asks."""
    signed = signing.find(db, keyring, grant_id, OWN_KIND)
    if signed is None:
        return None
    said = care_reports.read(signed.content["reports"][-1])
    return Assessed(Assessment.read(said.says).outcome, said.said_at)


def _shared(db: Session, keyring: Keyring, grant: OpenGrant, now: datetime) -> Shared | None:
    # Asked first: to open what is not covered would stand in the patient's log as a refusal.
    row = _covered(db, grant)
    if row is None:
        return None
    opened = records.open_as_reader(db, keyring, grant.id, row[0], now=now)
    return Shared(opened, Screening.load(opened.content)) if opened.kind == KIND else None


def _covered(db: Session, grant: OpenGrant) -> tuple[UUID, int] | None:
    """The id and version of the screening, where the grant covers it; opens nothing."""
    scope = next((term for term in grant.statement.scopes if term.name == SCOPE), None)
    if scope is None:
        return None
    wanted = select(Record.id, Record.version).where(
        Record.account_id == grant.patient_id,
        Record.id == id_in(scope.scope_id),
        reading.covered(db, grant, (SCOPE,), singly=False),
    )
    row = db.execute(wanted).first()
    return None if row is None else (row.id, row.version)
