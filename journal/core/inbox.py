"""What phones sent while nobody was signed in: kept sealed, opened once by its owner's session."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from journal.core import open_pages, phones, records
from journal.core.errors import Damaged, Full, NotFound, Taken
from journal.core.locking import begin_write
from journal.core.opened import Content
from journal.core.phone_models import InboxItem
from journal.crypto import envelope, phone_item, primitives
from journal.crypto.errors import CryptoError
from journal.crypto.phone_item import MARK_BYTES, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.phones import Sender

    # A kind's name and posted fields to the scope it goes to and its content; ValueError.
    Read = Callable[[str, Mapping[str, str]], tuple[str, Content]]
    # Takes in by itself what is no record yet, as fields and when they were typed; False when
    # it held nothing new. ValueError, before anything is changed.
    Put = Callable[[Session, Keyring, Mapping[str, str], datetime], bool]

__all__ = [
    "LARGEST",
    "MARK_BYTES",
    "Outcome",
    "Refused",
    "Waiting",
    "open_waiting",
    "receive",
    "refused",
    "throw_away",
    "waiting",
]

FORMAT = 1
LARGEST = 1_300_000  # bytes of one item: the longest entry in any script
MOST_ITEMS = 500  # waiting in one account, of all its phones
MOST_BYTES = 16 * 1024 * 1024
BATCH = 50
EARLIEST_YEAR = 1900
UNOPENED, UNREAD, TAKEN = "unopened", "unread", "taken"
OPENED, UNFINISHED, NOTHING_NEW, REFUSED = "opened", "unfinished", "nothing new", "refused"
CAME = (OPENED, UNFINISHED, NOTHING_NEW)


class Outcome(NamedTuple):
    """How many items became records just now, how many could not, and how many are unfinished."""

    opened: int
    refused: int
    unfinished: int = 0


class Waiting(NamedTuple):
    """How many items wait to be opened, and how many were looked at and refused."""

    sealed: int
    refused: int


@dataclass(frozen=True, slots=True)
class Written:
    """An item in plain words: a kind's name, its form fields, when it was and when written."""

    kind: str
    fields: dict[str, str]
    occurred_at: datetime
    written_at: datetime

    @classmethod
    def loads(cls, padded: bytes) -> Written:
        """Read what a phone sealed; ValueError for anything else."""
        try:
            plain = json.loads(envelope.unpad(padded))
        except (CryptoError, RecursionError) as error:
            raise ValueError("no item") from error
        if not isinstance(plain, dict) or plain.get("v") != FORMAT:
            raise ValueError("an item of another format")
        texts: list[Any] = [plain.get(name) for name in ("kind", "occurred_at", "written_at")]
        fields = plain.get("fields")
        pairs: Any = fields.items() if isinstance(fields, dict) else [(None, None)]
        if not all(isinstance(text, str) for pair in (texts, *pairs) for text in pair):
            raise ValueError("an item with something that is no text")
        said = {_sound(name): _sound(value) for name, value in pairs}
        return cls(_sound(texts[0]), said, _moment(texts[1]), _moment(texts[2]))


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that could not become a record: why, on which phone, and its words if it opens."""

    id: UUID
    reason: str
    phone: str
    words: tuple[str, ...]


def receive(db: Session, sender: Sender, item_id: UUID, sealed: bytes, mark: bytes) -> bool:
    """Keep an item, sealed as it came; False when it is here already. The caller commits.

    Taken when the id holds other bytes, Full when the account's inbox is.
    """
    begin_write(db, sender.account_id)
    ours = InboxItem.account_id == sender.account_id
    row = db.execute(
        select(InboxItem.phone_id, InboxItem.sealed, InboxItem.mark).where(
            ours, InboxItem.id == item_id
        )
    ).first()
    if row is not None:
        if tuple(row) != (sender.phone_id, sealed, mark):
            raise Taken
        return False
    held, weight = db.execute(
        select(func.count(), func.coalesce(func.sum(func.length(InboxItem.sealed)), 0)).where(ours)
    ).one()
    if held >= MOST_ITEMS or weight + len(sealed) > MOST_BYTES:
        raise Full
    db.execute(
        insert(InboxItem).values(
            account_id=sender.account_id,
            id=item_id,
            phone_id=sender.phone_id,
            sealed=sealed,
            mark=mark,
            refused=None,
        )
    )
    return True


def open_waiting(
    db: Session,
    keyring: Keyring,
    read: Read,
    *,
    now: datetime,
    puts: Mapping[str, Put] | None = None,
) -> Outcome:
    """Make records of what waits, each in the transaction that erases its item; commits.

    puts: kind to what takes in an unfinished one. The account's lock is held meanwhile: of two
    nodes at once one opens, the other finds nothing.
    """
    came: Counter[str] = Counter()
    while waiting(db, keyring).sealed:
        begin_write(db, keyring.account_id)
        for row in _sealed_rows(db, keyring):
            became = _take_in(db, keyring, row, read, puts or {}, now)
            came[became if became in CAME else REFUSED] += 1
            this = (InboxItem.account_id == keyring.account_id) & (InboxItem.id == row.id)
            if became in CAME:
                db.execute(delete(InboxItem).where(this))
            else:
                db.execute(update(InboxItem).where(this).values(refused=became))
        db.commit()
    return Outcome(came[OPENED], came[REFUSED], came[UNFINISHED])


def waiting(db: Session, keyring: Keyring) -> Waiting:
    """How many items lie here, without opening one."""
    counted = db.execute(
        select(func.count(), func.count(InboxItem.refused)).where(
            InboxItem.account_id == keyring.account_id
        )
    ).one()
    return Waiting(counted[0] - counted[1], counted[1])


def refused(db: Session, keyring: Keyring) -> list[Refused]:
    """What could not become a record, with whatever words it holds, to be copied."""
    ours = (InboxItem.account_id == keyring.account_id) & InboxItem.refused.is_not(None)
    names = {one.id: one.label for one in phones.phones(db, keyring)}
    return [
        Refused(row.id, row.refused, names.get(row.phone_id, ""), _words(db, keyring, row))
        for row in db.execute(select(*InboxItem.__table__.c).where(ours)).all()
    ]


def throw_away(db: Session, keyring: Keyring, item_id: UUID) -> None:
    """Erase one refused item; NotFound for anything else. The caller commits."""
    begin_write(db, keyring.account_id)
    this = (InboxItem.account_id == keyring.account_id) & (InboxItem.id == item_id)
    gone = delete(InboxItem).where(this, InboxItem.refused.is_not(None)).returning(InboxItem.id)
    if db.execute(gone).first() is None:
        raise NotFound("no refused item")


def _sealed_rows(db: Session, keyring: Keyring) -> list[Any]:
    ours = (InboxItem.account_id == keyring.account_id) & InboxItem.refused.is_(None)
    return list(db.execute(select(*InboxItem.__table__.c).where(ours).limit(BATCH)).all())


def _take_in(
    db: Session,
    keyring: Keyring,
    row: Any,
    read: Read,
    puts: Mapping[str, Put],
    now: datetime,
) -> str:
    """Make of an item what it is; return what it became, or why it could not."""
    try:
        item = Written.loads(_open(db, keyring, row))
    except (CryptoError, NotFound):
        return UNOPENED
    except ValueError:
        return UNREAD
    try:
        if item.kind in puts:
            new = puts[item.kind](db, keyring, item.fields, min(item.written_at, now))
            return UNFINISHED if new else NOTHING_NEW
        return _make_record(db, keyring, row, item, read(item.kind, item.fields), now)
    except open_pages.Older:
        return NOTHING_NEW
    except ValueError:
        return UNREAD
    except CryptoError as error:
        # A key of her own is scratched: the item is sound and waits for the day it is mended.
        raise Damaged("scope key") from error


def _make_record(
    db: Session,
    keyring: Keyring,
    row: Any,
    item: Written,
    read: tuple[str, Content],
    now: datetime,
) -> str:
    phone = {"id": str(row.phone_id), "sent": primitives.sha256(row.sealed).hex()}
    scope, content = read
    try:
        kept = records.write(
            db,
            keyring,
            record_id=row.id,
            kind=item.kind,
            scope=scope,
            content=content,
            # A phone's clock may run ahead; nothing was written after it came here.
            occurred_at=min(item.occurred_at, now),
            now=min(item.written_at, now),
            phone=phone,
        )
    except NotFound:
        return TAKEN
    # Sent twice, or edited and deleted since: it is this very item that lies there.
    if kept.phone == phone:
        return OPENED
    # Its page sent it, too, and got through: it was sealed in case the signal would not hold.
    same = kept.kind == item.kind and (kept.content == content or kept.version > 1)
    return NOTHING_NEW if kept.phone is None and same else TAKEN


def _open(db: Session, keyring: Keyring, row: Any) -> bytes:
    keys = phones.keys_of(db, keyring, row.phone_id)
    place = Place(keyring.account_id, row.phone_id, row.id)
    return phone_item.open_item(keys.seed, keys.mark_key, row.sealed, row.mark, place)


def _words(db: Session, keyring: Keyring, row: Any) -> tuple[str, ...]:
    try:
        fields = Written.loads(_open(db, keyring, row)).fields
    except (CryptoError, NotFound, ValueError):
        return ()
    return tuple(value for value in fields.values() if value.strip())


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or found.year <= EARLIEST_YEAR:
        raise ValueError("a moment without a zone, or long ago")
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment out of reach") from error


def _sound(text: str) -> str:
    # Half an emoji, cut by a keyboard, is no Unicode: no page could show it.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
