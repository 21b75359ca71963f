"""Cards on Today and on the course's page: each feature says what it has for this person."""

from collections.abc import Callable, Mapping
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
    something to show, nothing else is, unless the whole page is asked for.
    """

    name: str
    position: int
    facts: Callable[[Session, Keyring, datetime], Mapping[str, Any] | None]
    partial: str
    place: str = TODAY
    alone: bool = False


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
    there = cards(place)
    for card in there:
        facts = card.facts(db, keyring, now) if card.alone and not whole else None
        if facts is not None:
            return [(card.partial, facts)]
    found = ((card.partial, card.facts(db, keyring, now)) for card in there if not card.alone)
    return [(partial, facts) for partial, facts in found if facts is not None]
