"""Which instruments a therapist has left out of her patient's course: a letter to the patient."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import care_reports, clinical, consent, records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.state import change_state, read_state
from journal.features.measures.rules import RULES
from journal.web import copies

KIND = "measure-plan"  # the patient's copy
OWN_KIND = "measure-plan-record"  # the therapist's own record
CARE = "care"
PARTIAL = "measures/_plan_record.html"
STATE = "measures-left-out"


class Chosen(NamedTuple):
    """A therapist's choice for one patient: her name, when, and the instruments that are asked."""

    by: str
    at: datetime
    asked: list[str]


def read(says: Mapping[str, Any]) -> dict[str, bool]:
    """Read a report: whether each instrument is asked; ValueError for what nobody could choose."""
    if any(name not in RULES or value not in (0, 1) for name, value in says.items()):
        raise ValueError("no plan of measures")
    return {name: bool(value) for name, value in says.items()}


def load(content: Mapping[str, Any]) -> dict[str, bool]:
    """Read a record's content: the newest of its reports."""
    return read(content["reports"][-1]["report"]["says"])


def left_out(db: Session, keyring: Keyring) -> set[str]:
    """Return what is not asked of this patient; it opens the sealed state alone."""
    return set(read_state(db, keyring).get(STATE, ()))


def keep(db: Session, keyring: Keyring, now: datetime) -> None:  # noqa: ARG001 - as copies ask
    """Keep in the sealed state what the newest plan of any therapist leaves out."""
    found = records.scan_as_owner(db, keyring, scopes_named=(CARE,), kind=KIND)
    newest = max((one for one in found if one.readable), key=_said_at, default=None)
    off = [] if newest is None else [name for name, on in load(newest.content).items() if not on]
    if set(off) != left_out(db, keyring):
        change_state(db, keyring, lambda state: state.update({STATE: off}))


def chosen(db: Session, keyring: Keyring, now: datetime) -> list[Chosen]:
    """Return what each therapist chose for this patient: the one that stands, then the others."""
    names = {str(one.id): one.reader_name for one in consent.all_grants(db, keyring, now=now)}
    found = records.scan_as_owner(db, keyring, scopes_named=(CARE,), kind=KIND)
    in_order = sorted((one for one in found if one.readable), key=_said_at, reverse=True)
    return [
        Chosen(
            names.get(one.content["grant"], ""),
            care_reports.read(one.content["reports"][-1]).said_at,
            [name for name, on in load(one.content).items() if on],
        )
        for one in in_order
    ]


def of(db: Session, keyring: Keyring, grant_id: UUID) -> Opened | None:
    """Return a therapist's own record about one patient, None before she chose."""
    found = clinical.about(db, keyring, grant_id, kind=OWN_KIND)
    return next((one for one in found if one.readable), None)


def choose(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    record_id: UUID,
    asked: Collection[str],
    offered: Collection[str],
    version: int | None,
    now: datetime,
) -> None:
    """Say which of the offered instruments are asked; said twice it is said once.

    StaleVersion when she has chosen otherwise meanwhile. The caller commits.
    """
    says = {name: int(name in asked) for name in offered}
    before = of(db, keyring, grant_id)
    if before is not None and load(before.content) == read(says):
        return
    about: dict[str, Any] = {"kind": OWN_KIND, "says": says, "occurs": now, "now": now}
    if before is None:
        clinical.begin(db, keyring, grant_id, record_id=record_id, copied_as=KIND, **about)
        return
    # Whoever saw no choice yet has seen none of this record's versions.
    clinical.change(db, keyring, grant_id, record_id=before.id, version=version or 0, **about)


def _said_at(one: Opened) -> tuple[int, UUID]:
    return care_reports.read(one.content["reports"][-1]).at, one.id


COPIED = copies.Copied(KIND, read, keep)
