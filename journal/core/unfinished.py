"""What was typed into a form and not saved yet: sealed for its owner alone, gone once saved."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

from journal.core import bin as recycled
from journal.core import open_pages, records, scopes, state
from journal.core.errors import NotFound
from journal.core.locking import begin_write

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

KIND, INDEX, MADE_ROOM = "form", "forms", "forms put away"
MOST = 64  # forms of one account: of more, the one that was begun first is put away
TOLD_FOR, MOST_TOLD = timedelta(days=7), 64
LARGEST = 256 * 1024  # bytes of one form
LONGEST_ADDRESS, LONGEST_TITLE = 300, 200  # characters


class Kept(Exception):
    """The form was saved, or these words thrown away, since they were sent: they come too late."""


class TooLarge(Exception):
    """More than any form of ours takes."""


class Field(NamedTuple):
    """One field as it was typed; label: what its page calls it; text: a choice's own words."""

    name: str
    value: str
    label: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The fields of a form that were touched, as they were typed, valid or not.

    at: the path of its page; title: what that page is called; fields: in their order.
    """

    at: str
    title: str
    fields: tuple[Field, ...]

    @property
    def empty(self) -> bool:
        """Tell whether nothing was touched, or everything is again as the page showed it."""
        return not self.fields

    @property
    def size(self) -> int:
        """Return how many bytes the fields take."""
        return sum(len(part.encode()) for field in self.fields for part in field)

    def holds(self, older: Words) -> bool:
        """Tell whether every word of the older ones stands in these."""
        said: dict[str, str] = {}
        for field in self.fields:
            said[field.name] = f"{said.get(field.name, '')}\n{field.value}"
        return all(field.value.strip() in said.get(field.name, "") for field in older.fields)

    @property
    def names(self) -> frozenset[str]:
        """Return which fields were touched."""
        return frozenset(field.name for field in self.fields)

    def dump(self) -> dict[str, Any]:
        """Return them as a record's content."""
        return {
            "at": self.at,
            "title": self.title,
            "fields": [list(field) for field in self.fields],
        }

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> Words:
        """Read a record's content."""
        fields = tuple(Field(*parts) for parts in content["fields"])
        return cls(content["at"], content["title"], fields)


class Mark(NamedTuple):
    """Another page's words as they were put back; a later turn: somebody typed on there."""

    page: UUID
    turn: int


class Sent(NamedTuple):
    """What a page says of itself; `turn` rises with each sending."""

    page: UUID
    turn: int
    continues: Mark | None = None

    @property
    def record_id(self) -> UUID:
        """Return the id of the record that holds its words, which no other kind's can be."""
        return record_id_of(self.page)


class Unfinished(NamedTuple):
    """The words of a page."""

    page: UUID
    words: Words
    saved_at: datetime
    turn: int


class PutAway(NamedTuple):
    """Words that made room; None where they can't be brought back any more."""

    page: UUID
    words: Words | None
    at: datetime


def record_id_of(page: UUID) -> UUID:
    """Return the id of the record that holds a page's words."""
    return uuid5(page, KIND)


def save(db: Session, keyring: Keyring, sent: Sent, words: Words, *, now: datetime) -> None:
    """Put the words over those that their page sent before; the caller commits.

    Kept when the form was saved since, open_pages.Older when later words are here already,
    TooLarge. Of more than MOST forms the first is put away, which is told and can be undone.
    """
    begin_write(db, keyring.account_id)
    if open_pages.settled(db, keyring, sent.record_id, sent.turn):
        raise Kept
    if words.empty:
        settle(db, keyring, sent)
        return
    put(db, keyring, sent, words, now=now)
    _take_over(db, keyring, sent, words)
    for page in list(_index(db, keyring))[:-MOST]:
        _make_room(db, keyring, page, now)


def put(db: Session, keyring: Keyring, sent: Sent, words: Words, *, now: datetime) -> None:
    """Put the words at their page's place; Older and TooLarge as above."""
    if words.size > LARGEST:
        raise TooLarge
    scope = scopes.PRIVATE
    if keyring.role == "therapist":
        scopes.require_clinical(db, keyring)
        scope = scopes.CLINICAL
    content = {**words.dump(), "saved_at": now.isoformat(), "turn": sent.turn}
    place = open_pages.Place(sent.record_id, KIND, scope)
    open_pages.put(db, keyring, place, content, sent.turn, now=now)
    _note(db, keyring, sent.page, words.at)


def settle(db: Session, keyring: Keyring, sent: Sent) -> None:
    """Erase a page's words, which are saved, or gone; none of them comes back. Caller commits."""
    begin_write(db, keyring.account_id)
    _forget(db, keyring, sent.page, sent.turn)


def found(db: Session, keyring: Keyring, page: UUID) -> Unfinished | None:
    """Return a page's words, None when there are none that open."""
    with suppress(NotFound):
        content = records.open_as_owner(db, keyring, record_id_of(page), kind=KIND).content
        saved_at = datetime.fromisoformat(content["saved_at"])
        return Unfinished(page, Words.load(content), saved_at, content["turn"])
    return None


def every(db: Session, keyring: Keyring, at: str | None = None) -> list[Unfinished]:
    """Return all, or those of one address, the latest first, without unreadable ones."""
    pages = [page for page, where in _index(db, keyring).items() if at in (None, where)]
    opened = [one for page in pages if (one := found(db, keyring, page))]
    return sorted(opened, key=lambda one: one.saved_at, reverse=True)


def unreadable(db: Session, keyring: Keyring, readable: Collection[Unfinished]) -> list[UUID]:
    """Return the pages whose words are listed and do not open, given all that do."""
    opened = {one.page for one in readable}
    return [page for page in _index(db, keyring) if page not in opened]


def made_room(db: Session, keyring: Keyring, now: datetime) -> dict[UUID, datetime]:
    """Return the pages whose words made room within the last days, and when; opens none."""
    there: dict[str, int] = state.read_state(db, keyring).get(MADE_ROOM, {})
    since = (now - TOLD_FOR).timestamp()
    return {UUID(page): datetime.fromtimestamp(at, UTC) for page, at in there.items() if at > since}


def put_away(db: Session, keyring: Keyring, now: datetime) -> list[PutAway]:
    """Return what made room within the last days, the first of it first; opens what it can."""
    pages = made_room(db, keyring, now)
    ids = {record_id_of(page) for page in pages}
    waiting = recycled.waiting(db, keyring, kinds=(KIND,), now=now) if pages else ()
    binned = {
        one.opened.id: Words.load(one.opened.content) for one in waiting if one.opened.id in ids
    }
    return [PutAway(page, binned.get(record_id_of(page)), at) for page, at in pages.items()]


def count(db: Session, keyring: Keyring) -> int:
    """Return how many there are, without opening one."""
    return len(_index(db, keyring))


def is_full(db: Session, keyring: Keyring) -> bool:
    """Tell whether one more would cost the first one its place."""
    return count(db, keyring) >= MOST


def arrived(db: Session, keyring: Keyring, sent: Sent) -> bool:
    """Tell whether these words of a page, or later ones, are here, or were kept or thrown away."""
    there = found(db, keyring, sent.page)
    here = there is not None and there.turn >= sent.turn
    return here or open_pages.settled(db, keyring, sent.record_id, sent.turn)


def discard(db: Session, keyring: Keyring, page: UUID, *, now: datetime) -> bool:
    """Throw a page's words away, with a day to undo; NotFound when there never were any.

    False for words that do not open: they are gone, and would have been counted for ever.
    """
    begin_write(db, keyring.account_id)
    recycled.empty(db, keyring, now=now)
    there = found(db, keyring, page)
    if there is None and page in _index(db, keyring):
        _forget(db, keyring, page, None)
        return False
    records.remove(db, keyring, record_id_of(page), now=now, kind=KIND)
    _strike(db, keyring, page, there.turn if there else None)
    return True


def restore(db: Session, keyring: Keyring, page: UUID, *, now: datetime) -> Unfinished:
    """Undo: NotFound when there is nothing, or after a day."""
    begin_write(db, keyring.account_id)
    records.restore(db, keyring, record_id_of(page), now=now, kind=KIND)
    there = found(db, keyring, page)
    if there is None:
        raise NotFound("does not open")
    _note(db, keyring, page, there.words.at)
    return there


def _make_room(db: Session, keyring: Keyring, page: UUID, now: datetime) -> None:
    """Put the words of the page that was begun first away, for as long as any deletion."""
    if found(db, keyring, page) is None:
        _forget(db, keyring, page, None)
        return
    records.remove(db, keyring, record_id_of(page), now=now, kind=KIND)

    def change(held: state.State) -> None:
        since = (now - TOLD_FOR).timestamp()
        kept = {one: at for one, at in held.get(MADE_ROOM, {}).items() if at > since}
        kept[page.hex] = int(now.timestamp())
        held[MADE_ROOM] = dict(list(kept.items())[-MOST_TOLD:])

    state.change_state(db, keyring, change)
    _strike(db, keyring, page, None)


def _take_over(db: Session, keyring: Keyring, sent: Sent, words: Words) -> None:
    """Erase the words that were put back here, unless somebody typed on in them since."""
    before = sent.continues
    if before is None or before.page == sent.page:
        return
    there = found(db, keyring, before.page)
    # A field of theirs may have no place on this page.
    if there and there.turn == before.turn and there.words.names <= words.names:
        _forget(db, keyring, before.page, there.turn)


def _index(db: Session, keyring: Keyring) -> dict[UUID, str]:
    held: dict[str, str] = state.read_state(db, keyring).get(INDEX, {})
    return {UUID(page): at for page, at in held.items()}


def _note(db: Session, keyring: Keyring, page: UUID, at: str) -> None:
    def change(held: state.State) -> None:
        held.setdefault(INDEX, {})[page.hex] = at
        held.get(MADE_ROOM, {}).pop(page.hex, None)

    # The list stands in the private state: a page that asks for its words opens only those.
    if _index(db, keyring).get(page) != at:
        state.change_state(db, keyring, change)


def _forget(db: Session, keyring: Keyring, page: UUID, turn: int | None) -> None:
    with suppress(NotFound):
        records.erase(db, keyring, record_id_of(page))
    _strike(db, keyring, page, turn)


def _strike(db: Session, keyring: Keyring, page: UUID, turn: int | None) -> None:
    def change(held: state.State) -> None:
        held.get(INDEX, {}).pop(page.hex, None)
        if turn:
            held.get(MADE_ROOM, {}).pop(page.hex, None)
        open_pages.note_settled(held, record_id_of(page), turn)

    if turn or page in _index(db, keyring):
        state.change_state(db, keyring, change)
