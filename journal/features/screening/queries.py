"""What a patient's pages of the screening show: answers, who reads them, and what was signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from journal.core import care_reports, consent, records
from journal.core.keyring import Keyring
from journal.core.records import Opened
from journal.features.screening import actions
from journal.features.screening.assessment import KIND as ASSESSMENT
from journal.features.screening.assessment import Assessment
from journal.features.screening.screening import KIND, SCOPE, Screening
from journal.web import baseline, readers, standing

SCREENING = "screening"  # the phase of the arc


@dataclass(frozen=True, slots=True)
class SignedOff:
    """One version of a sign-off, and when its therapist said it."""

    assessment: Assessment
    at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """A sign-off as its patient has it: by whom, and all that was said, the newest first."""

    by: str
    history: list[SignedOff]


@dataclass(frozen=True, slots=True)
class Own:
    """A patient's screening: her answers, who can read them now, and who could once finished."""

    record: Opened | None
    screening: Screening
    readers: list[str]
    would_read: list[str]


@dataclass(frozen=True, slots=True)
class Around:
    """What else stands on the page: sign-offs, and before the first session unfinished measures."""

    copies: list[Copy]
    missing: Sequence[baseline.Open]


def own(db: Session, keyring: Keyring, now: datetime) -> Own:
    """Return the answers as they lie there, or as somebody gave them back after a new start."""
    record = actions.find(db, keyring)
    would_read = readers.of_scope(db, keyring, SCOPE, now=now)
    if record is None:
        return Own(None, _given_back(db, keyring), [], would_read)
    names = readers.of_record(db, keyring, record.id, now=now)
    return Own(record, Screening.load(record.content), names, would_read)


def around(db: Session, keyring: Keyring, now: datetime) -> Around:
    """Return what her therapists signed off, and which measures have no first result."""
    names = {str(one.id): one.reader_name for one in consent.all_grants(db, keyring, now=now)}
    found = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=ASSESSMENT)
    signed = [_copy(one, names) for one in found if one.readable]
    # After the first session it would be no baseline any more.
    begun = standing.standing(db, keyring, now).held > 0
    return Around(signed, () if begun else baseline.missing(db, keyring))


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001 - told
    """Return the line of the course's page: how far the screening came."""
    record = actions.find(db, keyring)
    return {"screening": None if record is None else Screening.load(record.content)}


def today(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return what Today says of it: while it is what the arc is at, and not answered yet.

    Before a therapist's first word it is, for whoever shares the course of treatment.
    """
    here = standing.standing(db, keyring, now)
    if here.phase != SCREENING and (here.phase or here.held):
        return None
    if not here.phase and not readers.of_scope(db, keyring, SCOPE, now=now):
        return None
    record = actions.find(db, keyring)
    said = Screening.load(record.content) if record else Screening()
    return None if said.done else {"screening": said, "begun": record is not None}


def history(opened: Opened) -> list[SignedOff]:
    """Return all that was said of an assessment, the newest first."""
    reports = [care_reports.read(signed) for signed in reversed(opened.content["reports"])]
    return [SignedOff(Assessment.read(report.says), report.said_at) for report in reports]


def _given_back(db: Session, keyring: Keyring) -> Screening:
    for one in records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND):
        if one.readable:
            found = Screening.load(one.content)
            return Screening(found.answers, found.notes)
    return Screening()


def _copy(opened: Opened, names: Mapping[str, str]) -> Copy:
    return Copy(names.get(opened.content["grant"], ""), history(opened))
