"""Sections of a therapist's page about one patient: each feature has its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring
from journal.core.reading import OpenGrant

Facts = Callable[[Session, Keyring, OpenGrant, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    position: lower stands higher; facts: what the partial needs, None when there is nothing to
    show; partial: the template, which finds its facts in `section` and the page in `patient`;
    urgent: above everything else of the page.
    """

    name: str
    position: int
    facts: Facts
    partial: str
    urgent: bool = False


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Make a section known; a second one of the same name raises ValueError."""
    if _sections.setdefault(section.name, section) is not section:
        raise ValueError(f"two sections are called {section.name}")


def shown(
    db: Session, keyring: Keyring, grant: OpenGrant, now: datetime, *, urgent: bool = False
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return each section that has something to show: its partial and its facts, in order."""
    ours = (one for one in _sections.values() if one.urgent is urgent)
    in_order = sorted(ours, key=lambda one: (one.position, one.name))
    found = ((one.partial, one.facts(db, keyring, grant, now)) for one in in_order)
    return [(partial, facts) for partial, facts in found if facts is not None]
