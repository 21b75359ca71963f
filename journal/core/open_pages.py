"""What an open page sent ahead of its saving: one record a page, and the turns that are settled.

A page counts its sendings. One that was held up on its way must not replace a later one, and none
may come back once its words were kept or thrown away.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from journal.core import bin as recycled
from journal.core import records, state
from journal.core.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.opened import Opened

SETTLED = "settled drafts"
MOST_SETTLED = 64
FURTHEST = 5000  # turns; who types without a signal makes about one a second


class Older(Exception):
    """The page has sent later words before: these were held up on their way."""


class Place(NamedTuple):
    """Where a page's words lie: the id of their own record, its kind and its scope."""

    record_id: UUID
    kind: str
    scope: str


def put(
    db: Session,
    keyring: Keyring,
    place: Place,
    content: dict[str, Any],
    turn: int | None,
    *,
    now: datetime,
) -> None:
    """Put words over those that their page sent before; Older when later ones are here already.

    turn: of this sending, None where none is counted; content has it as well, under "turn".
    """
    current: Opened | None
    try:
        current = records.open_as_owner(db, keyring, place.record_id, kind=place.kind)
    except NotFound as error:
        current = (
            _brought_back(db, keyring, place, turn, now) if error.reason == "deleted" else None
        )
    if current is None:
        _write(db, keyring, place, content, now)
        return
    if _is_older(turn, current):
        raise Older
    records.edit(
        db,
        keyring,
        record_id=place.record_id,
        version=current.version,
        content=content,
        occurred_at=current.occurred_at,
        now=now,
    )


def note_settled(held: state.State, record_id: UUID, turn: int | None) -> None:
    """Remember in the private state up to which turn a page's words were kept or thrown away."""
    if turn:
        # The same words may still lie sealed on a phone: they must not come back as a ghost.
        done = held.setdefault(SETTLED, {})
        done[record_id.hex] = max(turn, done.pop(record_id.hex, 0))
        held[SETTLED] = dict(list(done.items())[-MOST_SETTLED:])


def settled(db: Session, keyring: Keyring, record_id: UUID, turn: int | None) -> bool:
    """Tell whether these words, or later ones of their page, were kept or thrown away."""
    done = state.read_state(db, keyring).get(SETTLED, {}).get(record_id.hex)
    return done is not None and (turn or 0) <= done


def leaps(turn: int | None, there: int) -> bool:
    """Tell whether a turn is too far ahead of the one that is there to be its page's own.

    Whoever holds the phone could seal the highest turn there is for a page in use: in its place
    all that this page sends later would be refused as older, and what it seals dropped as here.
    """
    return (turn or 0) > there + FURTHEST


def _brought_back(
    db: Session, keyring: Keyring, place: Place, turn: int | None, now: datetime
) -> Opened | None:
    """Return what was thrown away, None when it is too late for that; older words leave it."""
    recycled.empty(db, keyring, now=now)
    with suppress(NotFound):
        current = records.restore(db, keyring, place.record_id, now=now)
        if _is_older(turn, current):
            records.remove(db, keyring, place.record_id, now=now)
        return current
    return None


def _is_older(turn: int | None, current: Opened) -> bool:
    there: int = current.content.get("turn", 0)
    return turn is not None and turn < there


def _write(
    db: Session, keyring: Keyring, place: Place, content: dict[str, Any], now: datetime
) -> None:
    with suppress(NotFound):  # one that does not open is replaced
        records.erase(db, keyring, place.record_id)
    records.write(
        db,
        keyring,
        record_id=place.record_id,
        kind=place.kind,
        scope=place.scope,
        content=content,
        occurred_at=now,
        now=now,
    )
