"""Today's cards: each feature says what it has for this person today."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Card:
    """One card on Today.

    position: lower stands higher; facts: what the partial needs, None when there is nothing to
    show today; partial: the template, which finds its facts in `card`.
    """

    name: str
    position: int
    facts: Callable[[Session, Keyring, datetime], Mapping[str, Any] | None]
    partial: str


_cards: dict[str, Card] = {}


def register(card: Card) -> None:
    """Make a card known; a second card of the same name raises ValueError."""
    if _cards.setdefault(card.name, card) is not card:
        raise ValueError(f"two cards are called {card.name}")


def cards() -> list[Card]:
    """Return every card, in the order of the page."""
    return sorted(_cards.values(), key=lambda card: (card.position, card.name))


def for_today(db: Session, keyring: Keyring, now: datetime) -> list[tuple[str, Mapping[str, Any]]]:
    """Return each card that has something to show: its partial and its facts, in order."""
    shown = ((card.partial, card.facts(db, keyring, now)) for card in cards())
    return [(partial, facts) for partial, facts in shown if facts is not None]
