"""Cards on Today and on the course's page: each feature says what it has for this person."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring

TODAY, COURSE = "today", "course"
# The parts of Today, in their order: where somebody stands, what is open on the page, a line for
# each thing that is for today, the last words, and the ways to what is not for today.
WHERE, OPEN, LINES, LAST, WAYS = "where", "open", "lines", "last", "ways"


class Shown(NamedTuple):
    """A card that has something to show: its template, its facts, and its part of Today."""

    partial: str
    facts: Mapping[str, Any]
    part: str


@dataclass(frozen=True, slots=True)
class Card:
    """One card on a page.

    position: lower stands higher; facts: what the partial needs, None when there is nothing to
    show today; partial: the template, which finds its facts in `card`; alone: when it has
    something to show, nothing else is, unless the whole page is asked for; urgent: shown then
    as well; part: of Today.
    """

    name: str
    position: int
    facts: Callable[[Session, Keyring, datetime], Mapping[str, Any] | None]
    partial: str
    place: str = TODAY
    alone: bool = False
    urgent: bool = False
    part: str = OPEN


_cards: dict[str, Card] = {}


def register(card: Card) -> None:
    """Make a card known; a second card of the same name raises ValueError."""
    if _cards.setdefault(card.name, card) is not card:
        raise ValueError(f"two cards are called {card.name}")


def cards(place: str = TODAY) -> list[Card]:
    """Return every card of a page, in its order."""
    there = (card for card in _cards.values() if card.place == place)
    return sorted(there, key=lambda card: (card.position, card.name))


def shown(
    db: Session, keyring: Keyring, now: datetime, place: str = TODAY, *, whole: bool = False
) -> list[Shown]:
    """Return each card that has something to show, in order."""
    if not whole:
        narrowed = _facts([card for card in cards(place) if card.alone], db, keyring, now)
        if narrowed:
            urgent = _facts([card for card in cards(place) if card.urgent], db, keyring, now)
            return [*urgent, narrowed[0]]
    return _facts([card for card in cards(place) if not card.alone], db, keyring, now)


def _facts(asked: Iterable[Card], db: Session, keyring: Keyring, now: datetime) -> list[Shown]:
    found = ((card, card.facts(db, keyring, now)) for card in asked)
    return [Shown(card.partial, facts, card.part) for card, facts in found if facts is not None]
