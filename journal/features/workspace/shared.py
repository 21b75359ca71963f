"""What a statement shares, in words and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal.core.reading import OpenGrant

CHECK_INS = "check-ins"
JOURNAL = "journal"
LABELS = {
    CHECK_INS: _l("Check-ins"),
    "measures": _l("Measures"),
    JOURNAL: _l("Journal"),
    "medications": _l("Medications"),
    "safety-plan": _l("Safety plan"),
    "care": _l("Course of treatment"),
}
SINGLE_ENTRIES = _l("Single entries")


@dataclass(frozen=True, slots=True)
class SharedScope:
    """One scope of a grant; `since` is None where everything from the start is shared."""

    name: str
    label: str
    since: datetime | None


def scopes_of(grant: OpenGrant) -> list[SharedScope]:
    """The scopes that the statement in force gives."""
    terms = {term.name: term for term in grant.statement.scopes}
    return [
        SharedScope(
            name,
            label(name),
            datetime.fromtimestamp(terms[name].added_at, UTC)
            if terms[name].since == "now"
            else None,
        )
        for name in in_order(terms)
    ]


def in_order(names: Iterable[str]) -> list[str]:
    """Scope names in the order of LABELS, those it does not know last."""
    order = [*LABELS]
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def until(grant: OpenGrant) -> datetime | None:
    """When the statement ends by itself, None when it lasts until the patient ends it."""
    end = grant.statement.not_after
    return None if end is None else datetime.fromtimestamp(end, UTC)


def label(scope: str) -> str:
    """The scope's name as a therapist reads it."""
    return str(LABELS.get(scope, scope))
