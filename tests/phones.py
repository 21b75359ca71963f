"""A phone of the tests: seals and sends as the script in the browser does, at the level of keys."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from journal.core import inbox, phones
from journal.crypto import envelope, phone_item
from journal.crypto.phone_item import Place
from tests.people import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.people import Person


@dataclass
class Item:
    """One sealed item as it lies on a phone and travels."""

    id: UUID
    sealed: bytes
    mark: bytes

    def post(self) -> dict[str, str]:
        return {
            "id": str(self.id),
            "sealed": base64.b64encode(self.sealed).decode(),
            "mark": base64.b64encode(self.mark).decode(),
        }


@dataclass
class Phone:
    """An enrolled phone: it can seal and send, and open nothing."""

    account: UUID
    id: UUID
    secret: str
    public: bytes
    mark_key: bytes
    sent: list[Item] = field(default_factory=list)

    @classmethod
    def of_answer(cls, answer: dict[str, str]) -> Phone:
        """The phone that `POST /account/phone` answered to."""
        return cls(
            UUID(answer["account"]),
            UUID(answer["phone"]),
            answer["secret"],
            base64.b64decode(answer["inbox"]),
            base64.b64decode(answer["mark_key"]),
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Phone {self.secret}"}

    def write(self, body: str = "words from the phone", **more: Any) -> Item:
        """Seal an entry, or whatever `kind` and `fields` say."""
        plain = {
            "v": 1,
            "kind": more.pop("kind", "entry"),
            "fields": more.pop("fields", {"body": body}),
            "occurred_at": more.pop("occurred_at", NOW.isoformat()),
            "written_at": more.pop("written_at", NOW.isoformat()),
        }
        return self.seal(json.dumps(plain).encode(), **more)

    def seal(self, plaintext: bytes, *, item_id: UUID | None = None, padded: bool = True) -> Item:
        place = Place(self.account, self.id, item_id or uuid4())
        plaintext = envelope.pad(plaintext, 512) if padded else plaintext
        sealed = phone_item.seal_item(self.public, plaintext, place)
        return Item(place.item, sealed, phone_item.mark_item(self.mark_key, sealed, place))

    def send(self, db: Session, item: Item) -> bool:
        """Leave an item at the server; whether it was new."""
        sender = phones.sender(db, self.secret)
        assert sender is not None
        new = inbox.receive(db, sender, item.id, item.sealed, item.mark)
        db.commit()
        return new


def enrolled(person: Person, label: str = "Firefox on Android") -> Phone:
    """Let somebody's phone write."""
    made = phones.enrol(person.db, person.keyring, label=label, now=person.now)
    person.db.commit()
    return Phone(person.id, made.phone_id, made.secret, made.inbox, made.mark_key)


def plainly(kind: str, fields: Any) -> tuple[str, dict[str, Any]]:
    """Read an item as the pages would, without the pages."""
    if kind != "entry" or not fields.get("body"):
        raise ValueError("nothing written")
    return "private", dict(fields)


def open_waiting(person: Person, now: datetime | None = None) -> inbox.Outcome:
    """What the person's next session does with it."""
    return inbox.open_waiting(person.db, person.keyring, plainly, now=now or person.now)
