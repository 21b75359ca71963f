"""Reading a course's history: a therapist's of one patient, a patient's of each therapist."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import care_reports, clinical, consent, records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.features.care import history, medicine_session, phase_words
from journal.features.care.arc import Step, possible
from journal.features.care.forms import StepForm
from journal.features.care.history import History, SaidStep
from journal.features.care.medicine_session import MedicineSession

_SESSIONS = frozenset((medicine_session.KIND, medicine_session.OWN_KIND))
EVER = datetime.min.replace(tzinfo=UTC)
_STEPS = frozenset((history.KIND, history.OWN_KIND))


def about(db: Session, keyring: Keyring, grant_id: UUID) -> History:
    """What a therapist said of one patient's course."""
    kinds = (medicine_session.OWN_KIND, history.OWN_KIND)
    found = [one for kind in kinds for one in clinical.about(db, keyring, grant_id, kind=kind)]
    return of(found)


def desk(db: Session, keyring: Keyring, grant_id: UUID) -> Mapping[str, Any]:
    """What a therapist's page shows of it: the steps that may follow, and the one to take back."""
    found = about(db, keyring, grant_id)
    may_follow = [step for step in Step if step in possible(found.standing) & history.SAID]
    last = found.last
    said = last is not None and last.happened.step in history.SAID and not last.implied
    return {
        "history": found,
        "steps": may_follow,
        "words": phase_words,
        "back": last.record if said and last else None,
        "version": _version(db, keyring, grant_id, last.record) if said and last else None,
        "form": StepForm(formdata=None),
    }


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """A patient's own: where she stands by each therapist's word, the newest first; None before."""
    copies = records.scan_as_owner(db, keyring, scopes_named=(medicine_session.SCOPE,))
    found = by_grant(one for one in copies if one.readable)
    names = {str(one.id): one.reader_name for one in consent.all_grants(db, keyring, now=now)}
    begun = [(names.get(grant, ""), one) for grant, one in found.items() if one.last is not None]
    begun.sort(key=lambda one: one[1].standing.since or now, reverse=True)
    return {"courses": begun, "words": phase_words} if begun else None


def by_grant(copies: Iterable[Opened]) -> dict[str, History]:
    """A patient's copies: the history under each grant, of those who ended it too."""
    found: dict[str, list[Opened]] = {}
    for one in copies:
        if one.kind in _SESSIONS | _STEPS:
            found.setdefault(one.content["grant"], []).append(one)
    return {grant: of(of_grant) for grant, of_grant in found.items()}


def newest(copies: Iterable[Opened]) -> History | None:
    """The history in which something was said or done last; None before anything was."""
    begun = [one for one in by_grant(copies).values() if one.last is not None]
    return max(begun, key=lambda one: one.standing.since or EVER, default=None)


def of(found: Iterable[Opened]) -> History:
    """The history in one therapist's records, or in the copies of one therapist."""
    there = [one for one in found if one.readable]
    said = [(one.id, _said_at(one), SaidStep.load(one.content)) for one in there if _is_step(one)]
    sessions = [
        (one.id, MedicineSession.load(one.content)) for one in there if one.kind in _SESSIONS
    ]
    return history.of(said, sessions)


def _version(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID) -> int:
    return clinical.one(db, keyring, grant_id, record_id, kind=history.OWN_KIND).version


def _is_step(one: Opened) -> bool:
    return one.kind in _STEPS


def _said_at(one: Opened) -> datetime:
    report = care_reports.read(one.content["reports"][0])
    return datetime.fromtimestamp(report.occurs, UTC)
