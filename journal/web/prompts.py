"""Prompts to write from: the feature that has them tells, the writing page asks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring

LOOKS_LIKE_ID = re.compile(r"[a-z0-9-]{1,60}")


class Prompt(NamedTuple):
    """A prompt's id, which an entry keeps, and its words; by: the therapist who gave it, or ""."""

    id: str
    words: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Who has prompts.

    find: one by its id, None for an unknown one; offer: the one for today, None for none. `offer`
    may note in the sealed state which one that is, and commits it.
    """

    find: Callable[[Session, Keyring, str], Prompt | None]
    offer: Callable[[Session, Keyring, datetime], Prompt | None]


_sources: list[Source] = []


def register(source: Source) -> None:
    """Make known who has them; a second one raises ValueError."""
    if _sources and _sources[0] is not source:
        raise ValueError("two features have prompts")
    _sources[:] = [source]


def tidy(text: str | None) -> str:
    """Return the id that a field holds, empty for what can be none."""
    return text if text and LOOKS_LIKE_ID.fullmatch(text) else ""


def find(db: Session, keyring: Keyring, prompt_id: str | None) -> Prompt | None:
    """Return a prompt by its id; None for none, or one that is not known any more."""
    wanted = tidy(prompt_id)
    return _sources[0].find(db, keyring, wanted) if wanted and _sources else None


def offer(db: Session, keyring: Keyring, now: datetime) -> Prompt | None:
    """Return the prompt for today, None where there is none."""
    return _sources[0].offer(db, keyring, now) if _sources else None
