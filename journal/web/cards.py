"""Cards on Today and on the course's page: each feature says what it has for this person."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring

TODAY, COURSE = "today", "course"


@dataclass(frozen=True, slots=True)
class Card:
    """One card on a page.

    position: lower stands higher; facts: what the partial needs, None when there is nothing to
    show today; partial: the template, which finds its facts in `card`; alone: when it has
    something to show, nothing else is, unless the whole page is asked for; urgent: shown then
    as well.
    """

    name: str
    position: int
    facts: Callable[[Session, Keyring, datetime], Mapping[str, Any] | None]
    partial: str
    place: str = TODAY
    alone: bool = False
    urgent: bool = False


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
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return each card that has something to show: its partial and its facts, in order."""
    if not whole:
        narrowed = _facts([card for card in cards(place) if card.alone], db, keyring, now)
        if narrowed:
            urgent = _facts([card for card in cards(place) if card.urgent], db, keyring, now)
            return [*urgent, narrowed[0]]
    return _facts([card for card in cards(place) if not card.alone], db, keyring, now)


def _facts(
    asked: Iterable[Card], db: Session, keyring: Keyring, now: datetime
) -> list[tuple[str, Mapping[str, Any]]]:
    found = ((card.partial, card.facts(db, keyring, now)) for card in asked)
    return [(partial, facts) for partial, facts in found if facts is not None]
