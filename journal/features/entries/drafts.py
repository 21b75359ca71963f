"""Unfinished writing: sealed like everything else, and gone as soon as the entry is kept."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from journal.core import records, state
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.locking import begin_write
from journal.features.entries.entry import LONGEST_BODY, PRIVATE
from journal.web.forms import tidy_line, tidy_text

NAME = "draft"
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

    client_id: UUID
    draft: Draft
    saved_at: datetime


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
    )
    lines = (version, draft.title, draft.tags, draft.occurred_at, draft.audience)
    if len(draft.body) > LONGEST_BODY or any(len(line) > LONGEST_LINE for line in lines):
        raise ValueError("too long for a draft")
    return draft


def record_id_of(client_id: UUID) -> UUID:
    """Return the id of the draft's own record, which can never be the entry's."""
    return uuid5(client_id, NAME)


def save(db: Session, keyring: Keyring, client_id: UUID, draft: Draft, *, now: datetime) -> None:
    """Put the draft over the one before it; raises Kept when the entry has moved on.

    Nothing is stale here: of two open tabs the last one that types wins.
    """
    begin_write(db, keyring.account_id)
    if entry_version(db, keyring, client_id) != draft.version:
        raise Kept
    if draft.empty:
        forget(db, keyring, client_id)
        return
    content = {**asdict(draft), "saved_at": now.isoformat()}
    _put(db, keyring, record_id_of(client_id), content, now)
    _note(db, keyring, client_id)


def find(db: Session, keyring: Keyring, client_id: UUID) -> Unfinished:
    """Return one draft; NotFound when there is none."""
    opened = records.open_as_owner(db, keyring, record_id_of(client_id), kind=NAME)
    return _load(client_id, opened.content)


def of_version(db: Session, keyring: Keyring, client_id: UUID, version: int) -> Unfinished | None:
    """Return the draft of unsaved changes to this very version of an entry, if there is one."""
    with suppress(NotFound):
        found = find(db, keyring, client_id)
        return found if found.draft.version == version else None
    return None


def unfinished(db: Session, keyring: Keyring) -> list[Unfinished]:
    """Return every draft, the latest first; one that does not open is left out."""
    found = []
    for text in state.read_state(db, keyring).get(INDEX, []):
        with suppress(NotFound):
            found.append(find(db, keyring, UUID(text)))
    return sorted(found, key=lambda one: one.saved_at, reverse=True)


def forget(db: Session, keyring: Keyring, client_id: UUID) -> None:
    """Erase a draft whose words are kept, or gone; none is as good as one."""
    begin_write(db, keyring.account_id)
    with suppress(NotFound):
        records.erase(db, keyring, record_id_of(client_id))
    _strike(db, keyring, client_id)


def discard(db: Session, keyring: Keyring, client_id: UUID, *, now: datetime) -> None:
    """Take a draft off the list, with a day to undo; NotFound when there never was one."""
    begin_write(db, keyring.account_id)
    records.remove(db, keyring, record_id_of(client_id), now=now)
    _strike(db, keyring, client_id)


def restore(db: Session, keyring: Keyring, client_id: UUID, *, now: datetime) -> None:
    """Undo: NotFound when there is none, or when its entry has moved on."""
    begin_write(db, keyring.account_id)
    records.restore(db, keyring, record_id_of(client_id), now=now)
    if entry_version(db, keyring, client_id) != find(db, keyring, client_id).draft.version:
        raise NotFound("the entry was kept")
    _note(db, keyring, client_id)


def entry_version(db: Session, keyring: Keyring, client_id: UUID) -> int:
    """Return the version of what has this id: 0 for nothing, -1 for what was deleted."""
    try:
        return records.open_as_owner(db, keyring, client_id).version
    except NotFound as error:
        return 0 if error.reason == "missing" else -1


def _put(
    db: Session, keyring: Keyring, record_id: UUID, content: dict[str, Any], now: datetime
) -> None:
    try:
        current = records.open_as_owner(db, keyring, record_id, kind=NAME)
    except NotFound as error:
        if error.reason != "deleted":
            with suppress(NotFound):  # one that does not open is replaced
                records.erase(db, keyring, record_id)
            records.write(
                db,
                keyring,
                record_id=record_id,
                kind=NAME,
                scope=PRIVATE,
                content=content,
                occurred_at=now,
                now=now,
            )
            return
        current = records.restore(db, keyring, record_id, now=now)
    records.edit(
        db,
        keyring,
        record_id=record_id,
        version=current.version,
        content=content,
        occurred_at=current.occurred_at,
        now=now,
    )


def _load(client_id: UUID, content: dict[str, Any]) -> Unfinished:
    fields = {name: content[name] for name in Draft.__slots__}
    return Unfinished(client_id, Draft(**fields), datetime.fromisoformat(content["saved_at"]))


def _note(db: Session, keyring: Keyring, client_id: UUID) -> None:
    # The list of drafts stands in the private state: finding them must not open every record.
    if str(client_id) not in state.read_state(db, keyring).get(INDEX, []):
        state.change_state(
            db, keyring, lambda held: held.setdefault(INDEX, []).append(str(client_id))
        )


def _strike(db: Session, keyring: Keyring, client_id: UUID) -> None:
    if str(client_id) in state.read_state(db, keyring).get(INDEX, []):
        state.change_state(db, keyring, lambda held: held[INDEX].remove(str(client_id)))
