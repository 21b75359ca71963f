"""Kinds of a therapist's reports that become a patient's copies: each feature tells of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from journal.core import care_copies
from journal.core.keyring import Keyring

TAKEN = "copies_taken_in"


def _nothing(_db: Session, _keyring: Keyring, _now: datetime) -> None:
    """Make nothing further of what came."""


@dataclass(frozen=True, slots=True)
class Copied:
    """One kind of copy.

    check: raises ValueError for what no page could show, since another person wrote it; then:
    called once after copies came, before their commit, for what the sealed state keeps of them.
    """

    kind: str
    check: Callable[[Mapping[str, Any]], object]
    then: Callable[[Session, Keyring, datetime], None] = _nothing


_kinds: dict[str, Copied] = {}


def register(copied: Copied) -> None:
    """Make a kind known; a second one of the same name raises ValueError."""
    if _kinds.setdefault(copied.kind, copied) is not copied:
        raise ValueError(f"two kinds of copy are called {copied.kind}")


def is_copied(kind: str) -> bool:
    """Tell whether records of this kind are a therapist's word."""
    return kind in _kinds


def check(kind: str, says: Mapping[str, Any]) -> None:
    """Refuse what no page could show, and a kind that no feature knows: ValueError."""
    if kind not in _kinds:
        raise ValueError("no kind of copy")
    _kinds[kind].check(says)


def take_in(db: Session, keyring: Keyring, now: datetime) -> None:
    """Take in what therapists recorded since the last time; commits if there was anything.

    Once a request: whoever else asks in it finds what came.
    """
    if not g.get(TAKEN):
        care_copies.take_in(db, keyring, check, then=lambda: keep(db, keyring, now), now=now)
        setattr(g, TAKEN, True)


def keep(db: Session, keyring: Keyring, now: datetime) -> None:
    """Let each feature keep what it needs of copies that have just come."""
    for name in sorted(_kinds):
        _kinds[name].then(db, keyring, now)
