"""What can be agreed on in advance: numbers that features write, and who looks at each new one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring
from journal.core.opened import Opened


@dataclass(frozen=True, slots=True)
class Offer:
    """One number that a rule can be about: its key, its name, and the edges of its range."""

    key: str
    label: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of record that holds such numbers.

    offers: what can be chosen; values: the numbers of one record by key, those it has; daily:
    there may be several on one day, so that days can be counted.
    """

    kind: str
    scope: str
    offers: Callable[[Session], Iterable[Offer]]
    values: Callable[[Session, Opened], Mapping[str, Decimal]]
    daily: bool = False


# Looks at records that were just written, before the commit; "" or where help stands.
Watch = Callable[[Session, Keyring, Iterable[Opened], datetime], str]

_sources: dict[str, Source] = {}
_watches: list[Watch] = []


def register(source: Source) -> None:
    """Make a source known; a second one of the same kind raises ValueError."""
    if _sources.setdefault(source.kind, source) is not source:
        raise ValueError(f"two sources of the kind {source.kind}")


def watch(look: Watch) -> None:
    """Make known who looks; a second one raises ValueError."""
    if _watches and _watches[0] is not look:
        raise ValueError("two features watch what is written")
    _watches[:] = [look]


def sources() -> list[Source]:
    """Return every source, by its kind's name."""
    return [_sources[kind] for kind in sorted(_sources)]


def source(kind: str) -> Source:
    """Return the source of a kind; KeyError for one that has none."""
    return _sources[kind]


def source_of(key: str, db: Session) -> tuple[Source, Offer] | None:
    """Return whose number this is, None for one that nothing offers any more."""
    found = ((source, offer) for source in sources() for offer in source.offers(db))
    return next((pair for pair in found if pair[1].key == key), None)


def values_of(db: Session, opened: Opened) -> Mapping[str, Decimal]:
    """Return the numbers of a record, none for a kind that has none."""
    source = _sources.get(opened.kind)
    return source.values(db, opened) if source is not None and opened.readable else {}


def after_write(db: Session, keyring: Keyring, opened: Opened, now: datetime) -> str:
    """Hold a record just written against the rules that its writer agreed to, in its transaction.

    Returns the address of the page with help where one applies, "" otherwise.
    """
    return _watches[0](db, keyring, [opened], now) if _watches else ""


def after_arrival(db: Session, keyring: Keyring, found: Iterable[Opened], now: datetime) -> str:
    """The same for records that came from a phone in this session."""
    return _watches[0](db, keyring, found, now) if _watches else ""
