"""Unfinished writing: sealed like everything else, and gone as soon as its page is kept."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from journal.core import open_pages, records, state
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.features.entries.entry import LONGEST_BODY, PRIVATE
from journal.features.entries.leaf import NAME, Leaf, Mark, Sent, leaf_of
from journal.web import prompts
from journal.web.forms import tidy_line, tidy_text

INDEX = "drafts"
LONGEST_LINE = 2000


class Kept(Exception):
    """The entry was kept or changed since this draft began: the draft comes too late."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields as they were typed, valid or not; `version` 0 where no entry is kept yet."""

    version: int
    title: str
    body: str
    tags: str
    occurred_at: str
    audience: str
    prompt: str = ""

    @property
    def empty(self) -> bool:
        """Tell whether nothing was typed, or everything was taken away again."""
        return not (self.title or self.tags or self.body.strip())

    def form_fields(self, client_id: UUID) -> MultiDict[str, str]:
        """Return the draft as a form would post it."""
        values = {name: str(value) for name, value in asdict(self).items()}
        return MultiDict({**values, "client_id": str(client_id)})


class Unfinished(NamedTuple):
    """A draft in the list."""

    leaf: Leaf
    draft: Draft
    saved_at: datetime
    turn: int

    @property
    def mark(self) -> Mark:
        """Return what a page that goes on from here holds of it."""
        return Mark(self.leaf, self.saved_at.isoformat())


def read(fields: MultiDict[str, str]) -> Draft:
    """Return the draft that these form fields are; raises ValueError when they are too long."""
    version = fields.get("version", "")
    draft = Draft(
        int(version) if version.isascii() and version.isdigit() else 0,
        tidy_line(fields.get("title")) or "",
        tidy_text(fields.get("body")) or "",
        ", ".join(tidy_line(text) or "" for text in fields.getlist("tags")).strip(", "),
        tidy_line(fields.get("occurred_at")) or "",
        tidy_line(fields.get("audience")) or "",
        prompts.tidy(fields.get("prompt")),
    )
    lines = (version, draft.title, draft.tags, draft.occurred_at, draft.audience)
    if len(draft.body) > LONGEST_BODY or any(len(line) > LONGEST_LINE for line in lines):
        raise ValueError("too long for a draft")
    return draft


def save(db: Session, keyring: Keyring, sent: Sent, draft: Draft, *, now: datetime) -> None:
    """Put the draft over the one its page sent before, and over the one it goes on from.

    Kept when the entry has moved on; open_pages.Older when later words are here already.
    """
    begin_write(db, keyring.account_id)
    if entry_version(db, keyring, sent.leaf.client_id) != draft.version:
        raise Kept
    if draft.empty:
        settle(db, keyring, sent)
        return
    put(db, keyring, sent, draft, now=now)
    take_over(db, keyring, sent)


def put(db: Session, keyring: Keyring, sent: Sent, draft: Draft, *, now: datetime) -> None:
    """Put the draft over its page's; Older when later words of this page are here already."""
    content = {**asdict(draft), "saved_at": now.isoformat(), "turn": sent.turn or 0}
    content["leaf"] = sent.leaf.text
    place = open_pages.Place(sent.leaf.record_id, NAME, PRIVATE)
    open_pages.put(db, keyring, place, content, sent.turn, now=now)
    _note(db, keyring, sent.leaf)


def find(db: Session, keyring: Keyring, leaf: Leaf) -> Unfinished:
    """Return one draft; NotFound when there is none."""
    return _load(leaf, records.open_as_owner(db, keyring, leaf.record_id, kind=NAME).content)


def found(db: Session, keyring: Keyring, leaf: Leaf) -> Unfinished | None:
    """Return one draft, None when there is none."""
    with suppress(NotFound):
        return find(db, keyring, leaf)
    return None


def of_version(db: Session, keyring: Keyring, record_id: UUID, version: int) -> Unfinished | None:
    """Return the latest draft of unsaved changes to this very version of an entry."""
    for one in unfinished(db, keyring, record_id):
        if one.draft.version == version:
            return one
    return None


def unfinished(db: Session, keyring: Keyring, client_id: UUID | None = None) -> list[Unfinished]:
    """Return every draft, or every one of an entry, the latest first, without unreadable ones."""
    leaves = [leaf for leaf in _listed(db, keyring) if client_id in (None, leaf.client_id)]
    every = [one for leaf in leaves if (one := found(db, keyring, leaf))]
    return sorted(every, key=lambda one: one.saved_at, reverse=True)


def mark_of(db: Session, keyring: Keyring, sent: Sent) -> Mark | None:
    """Return what the next page goes on from: this page's draft, or else what it went on from."""
    own = found(db, keyring, sent.leaf)
    return own.mark if own else sent.continues


def settle(db: Session, keyring: Keyring, sent: Sent) -> None:
    """Erase a page's draft, whose words are kept, or gone; drafts of other pages stay."""
    begin_write(db, keyring.account_id)
    _forget(db, keyring, sent.leaf, sent.turn)
    take_over(db, keyring, sent)


def settled(db: Session, keyring: Keyring, sent: Sent) -> bool:
    """Tell whether these words, or later ones of their page, were kept or thrown away."""
    return open_pages.settled(db, keyring, sent.leaf.record_id, sent.turn)


def take_over(db: Session, keyring: Keyring, sent: Sent) -> None:
    """Erase the draft that this page goes on from, unless somebody typed on in it since."""
    # What was typed there since this page was opened was never shown on it, and stays.
    before = sent.continues
    if before is None or before.leaf == sent.leaf:
        return
    there = found(db, keyring, before.leaf)
    if there is not None and there.mark == before:
        _forget(db, keyring, before.leaf, there.turn)


def arrived(db: Session, keyring: Keyring, sent: Sent) -> bool:
    """Tell whether these words of a page, or later ones, are here, or were kept or thrown away."""
    there = found(db, keyring, sent.leaf)
    here = there is not None and there.turn >= (sent.turn or 0)
    return here or settled(db, keyring, sent)


def discard(db: Session, keyring: Keyring, leaf: Leaf, *, now: datetime) -> None:
    """Take a draft off the list, with a day to undo; NotFound when there never was one."""
    begin_write(db, keyring.account_id)
    there = found(db, keyring, leaf)
    records.remove(db, keyring, leaf.record_id, now=now)
    _strike(db, keyring, leaf, there.turn if there else None)


def discard_all(db: Session, keyring: Keyring, record_id: UUID, *, now: datetime) -> None:
    """Discard every draft of an entry that goes."""
    for one in unfinished(db, keyring, record_id):
        discard(db, keyring, one.leaf, now=now)


def restore(db: Session, keyring: Keyring, leaf: Leaf, *, now: datetime) -> None:
    """Undo: NotFound when there is none, or after a day."""
    begin_write(db, keyring.account_id)
    records.restore(db, keyring, leaf.record_id, now=now, kind=NAME)
    _note(db, keyring, leaf)


def entry_version(db: Session, keyring: Keyring, client_id: UUID) -> int:
    """Return the version of what has this id: 0 for nothing, -1 for what was deleted."""
    try:
        return records.open_as_owner(db, keyring, client_id).version
    except NotFound as error:
        return 0 if error.reason == "missing" else -1


def _forget(db: Session, keyring: Keyring, leaf: Leaf, turn: int | None) -> None:
    with suppress(NotFound):
        records.erase(db, keyring, leaf.record_id)
    _strike(db, keyring, leaf, turn)


def _load(leaf: Leaf, content: dict[str, Any]) -> Unfinished:
    draft = Draft(**{name: content.get(name, "") for name in Draft.__slots__})
    saved_at = datetime.fromisoformat(content["saved_at"])
    return Unfinished(leaf, draft, saved_at, content.get("turn", 0))


def _listed(db: Session, keyring: Keyring) -> list[Leaf]:
    return [leaf_of(text) for text in state.read_state(db, keyring).get(INDEX, [])]


def _note(db: Session, keyring: Keyring, leaf: Leaf) -> None:
    # The list of drafts stands in the private state: finding them must not open every record.
    if leaf not in _listed(db, keyring):
        state.change_state(db, keyring, lambda held: held.setdefault(INDEX, []).append(leaf.text))


def _strike(db: Session, keyring: Keyring, leaf: Leaf, turn: int | None) -> None:
    def change(held: state.State) -> None:
        if leaf.text in held.get(INDEX, []):
            held[INDEX].remove(leaf.text)
        open_pages.note_settled(held, leaf.record_id, turn)

    if turn or leaf in _listed(db, keyring):
        state.change_state(db, keyring, change)
