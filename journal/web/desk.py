"""The caseload that stands beside every page of a therapist's, whichever feature's it is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import lazy_gettext as _l

from journal.core import caseload, invitations, leaving, returning
from journal.core.state import read_state
from journal.web import room
from journal.web.as_reader import in_order, label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.caseload import CaseloadEntry
    from journal.core.invitations import Invited
    from journal.core.keyring import Keyring
    from journal.core.leaving import Departed

NOTHING: Mapping[UUID, str] = MappingProxyType({})
SINGLE_ENTRIES = _l("Single entries")
ROOM, BESIDE = 6_300, 700  # bytes: for the lines of the caseload itself, and beside another page
PERSON, LINK, INVITED, LEFT = 150, 125, 600, 120  # of each line without its names


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the caseload: `new` counts records and opens none, `shares` are labels.

    `former`: the patient has begun anew since, and another line is about what is new; `flags`:
    how often an agreed rule applied that the therapist has not said to have seen; `stands`: where
    the course is by her own records.
    """

    grant_id: UUID
    name: str
    label: str
    new: int
    shares: list[str]
    stopped: bool = False
    former: bool = False
    flags: int = 0
    stands: str = ""

    @property
    def note(self) -> str:
        """The therapist's own label, "" where it says no more than the name."""
        return "" if self.label == self.name else self.label


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the caseload, and where the next one begins."""

    people: list[Person]
    waiting: list[Invited]
    departed: list[Departed]
    next: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The list that stands beside every page of the workspace; empty: nobody shares at all."""

    people: list[Person]
    waiting: list[Invited]
    departed: list[Departed]
    searched: str
    empty: bool
    first: int = 0

    @property
    def shown(self) -> Shown:
        """The caseload from its line `first` on: patients, who waits, who left, as many as fit."""
        weights = [
            *(
                PERSON + room.bytes_of(one.name, one.note, one.stands, *one.shares)
                for one in self.people
            ),
            *(INVITED + 2 * room.bytes_of(invited.label) for invited in self.waiting),
            *(LEFT + room.bytes_of(one.label) for one in self.departed),
        ]
        end = self.first + room.fitting(weights[self.first :], ROOM)
        invited, left = len(self.people), len(self.people) + len(self.waiting)
        return Shown(
            self.people[self.first : end],
            self.waiting[max(0, self.first - invited) : max(0, end - invited)],
            self.departed[max(0, self.first - left) : max(0, end - left)],
            end if end < len(weights) else None,
        )

    def beside(self, grant_id: UUID | None) -> list[Person]:
        """Those with most that is new, as many as fit beside a page; the page's own among them."""
        links = (LINK + room.bytes_of(person.name) for person in self.people)
        fit = room.fitting(links, BESIDE)
        own = [person for person in self.people[fit:] if person.grant_id == grant_id]
        return [*islice(self.people, fit - len(own)), *own]


def desk(
    db: Session,
    keyring: Keyring,
    now: datetime,
    searched: str = "",
    first: int = 0,
    *,
    stands: Mapping[UUID, str] = NOTHING,
) -> Desk:
    """The caseload and the invitations that wait.

    searched: part of a name or note; first: the lines before the shown ones; stands: a line by
    grant about where the course is.
    """
    everybody = caseload.entries(db, keyring, now=now)
    state = read_state(db, keyring)
    alive = {one.grant_id for one in everybody}
    wanted = searched.casefold()
    found = [
        Person(
            one.grant_id,
            one.patient_name,
            one.label,
            one.unseen,
            _shares(one),
            one.stopped,
            returning.newer(state, one.grant_id) in alive,
            one.flags,
            stands.get(one.grant_id, ""),
        )
        for one in everybody
        if wanted in f"{one.patient_name}\n{one.label}".casefold()
    ]
    waiting = invitations.waiting(db, keyring, now=now)
    departed = leaving.departed(db, keyring, now=now)
    return Desk(found, waiting, departed, searched, not everybody, first)


def _shares(entry: CaseloadEntry) -> list[str]:
    labels = [label(scope) for scope in in_order(entry.scopes)]
    return [*labels, str(SINGLE_ENTRIES)] if entry.alone else labels
