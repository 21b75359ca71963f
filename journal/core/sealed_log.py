"""One grant's access log as it lies there: chained, marked, and opened line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select

from journal.core.models import AccessEvent
from journal.crypto import canonical, certificate, chain, envelope, marks, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.grant import derive_log_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.pins import Pin

NAMESPACE = "access event"
EVENT = cast("Table", AccessEvent.__table__).c
LINES_OF = (
    select(EVENT.n, EVENT.sealed, EVENT.link, EVENT.marks)
    .where(EVENT.account_id == bindparam("owner"), EVENT.grant_id == bindparam("grant"))
    .order_by(EVENT.n)
)
OPENED, UNREADABLE = "opened", "unreadable"


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody saw something; `genuine` is False where signature or chain is broken.

    One that does not open at all is named `unreadable`, at the time of the one before it.
    """

    name: str
    at: datetime
    grant_id: UUID
    reader_name: str
    records: tuple[UUID, ...]
    genuine: bool


@dataclass(frozen=True, slots=True, repr=False)
class LogTarget:
    """The grant whose log is written, as its reader holds it."""

    grant_id: UUID
    patient_id: UUID
    key: bytes


class SealedEvent(NamedTuple):
    """One line as it lies there; `marks` is None where it was written before there were any."""

    n: int
    sealed: bytes
    link: bytes
    marks: bytes | None


class Glimpse(NamedTuple):
    """What a line says without a proof that its reader said it; `records` as texts."""

    at: datetime
    name: str
    records: tuple[str, ...]


class SealedLog:
    """A grant's log, its chain checked, nothing of it opened yet.

    Each line's signature covers the link before it. So a chain that fits together up to the
    newest line, and a newest line that is genuine, leave no line before it changed.
    """

    def __init__(
        self, target: LogTarget, lines: list[SealedEvent], reader: Pin | None, name: str
    ) -> None:
        """`reader` is whom the patient pinned, `name` what she calls her."""
        self.target, self.lines, self.reader, self.reader_name = target, lines, reader, name
        self._before = [chain.GENESIS, *(line.link for line in lines)]

    @cached_property
    def _key(self) -> bytes:
        return derive_log_key(self.target.key)

    @cached_property
    def _mark_key(self) -> bytes:
        return marks.derive_mark_key(self.target.key)

    @cached_property
    def unbroken(self) -> list[bool]:
        """Whether each line has its number and its link over the one before it."""
        return [
            line.n == at + 1 and line.link == link_over(self._before[at], line.sealed, line.marks)
            for at, line in enumerate(self.lines)
        ]

    @cached_property
    def sound(self) -> bool:
        """Whether the whole log is as its reader wrote it; opens the newest line alone."""
        return not self.lines or (all(self.unbroken) and self.event(len(self.lines) - 1).genuine)

    def newest_first(self) -> Iterator[int]:
        return iter(range(len(self.lines) - 1, -1, -1))

    def about(self, name: str, *objects: UUID) -> Iterator[int]:
        """Places of the lines of this name about any of these, or all of it; newest first.

        Told by marks, and by chance one too many. In a log that is not sound every line may
        be meant: somebody could have taken its marks away.
        """
        return (at for at in self.newest_first() if self._is_meant(at, name, objects))

    def peek(self, place: int) -> Glimpse:
        """A line opened, its signature not looked at: enough to sort and to group it."""
        return self._glimpse(place, self._document(place))

    def event(self, place: int) -> Event:
        """A line in plain words, its signature verified."""
        document = self._document(place)
        seen = self._glimpse(place, document)
        return Event(
            seen.name,
            seen.at,
            self.target.grant_id,
            self.reader_name,
            tuple(map(UUID, seen.records)),
            document is not None and self._is_genuine(place, document),
        )

    @property
    def openings(self) -> int:
        """How many lines are marked as openings: told without opening them."""
        return len(self._openings)

    def last_opened(self, scope_id: UUID | None = None) -> datetime | None:
        """When something of this scope, or anything at all, was last opened.

        A line from before there were marks counts for every scope.
        """
        found = (self.event(place) for place in self._openings_of(scope_id))
        return next((event.at for event in found if event.name == OPENED), None)

    def was_opened(self, record_id: UUID) -> bool:
        """Whether this record ever was."""
        found = (self.event(place) for place in self._openings_of(record_id))
        return any(event.name == OPENED and record_id in event.records for event in found)

    @cached_property
    def _openings(self) -> list[int]:
        return list(self.about(OPENED))

    def _openings_of(self, one: UUID | None) -> Iterator[int]:
        wanted = () if one is None else (one,)
        return (place for place in self._openings if self._is_meant(place, OPENED, wanted))

    def _is_meant(self, place: int, name: str, objects: Collection[UUID]) -> bool:
        line = self.lines[place]
        if line.marks is None or not self.sound:
            return True
        for about in abouts(name, objects) if objects else [name.encode()]:
            if marks.mark(self._mark_key, line.n, about) in line.marks:
                return True
        return False

    def _document(self, place: int) -> dict[str, Any] | None:
        line = self.lines[place]
        try:
            opened = envelope.open_(self._key, line.sealed, event_context(self.target, line.n))
            document: dict[str, Any] = canonical.loads(envelope.unpad(opened))
        except CryptoError:
            return None
        return document

    def _glimpse(self, place: int, document: dict[str, Any] | None) -> Glimpse:
        if document is None:
            return Glimpse(self._time_before(place), UNREADABLE, ())
        members = document["event"]
        at = datetime.fromtimestamp(members["at"], UTC)
        return Glimpse(at, members["event"], tuple(members.get("records", ())))

    def _time_before(self, place: int) -> datetime:
        """The time of a gap: that of the line before it."""
        for earlier in range(place - 1, -1, -1):
            found = _time(self._document(earlier))
            if found is not None:
                return found
        return datetime.fromtimestamp(0, UTC)

    def _is_genuine(self, place: int, document: dict[str, Any]) -> bool:
        members = document["event"]
        follows = members["previous"] == self._before[place].hex()
        marked = members.get("marks") == _hash_of(self.lines[place].marks)
        return self.unbroken[place] and follows and marked and _signed(document, self.reader)


def read(db: Session, target: LogTarget, reader: Pin | None, reader_name: str) -> SealedLog:
    """A grant's log from its rows."""
    rows = db.execute(LINES_OF, {"owner": target.patient_id, "grant": target.grant_id})
    return SealedLog(target, [SealedEvent(*row) for row in rows], reader, reader_name)


def seal(
    reader: Keyring,
    target: LogTarget,
    members: dict[str, Any],
    previous: bytes,
    objects: Collection[UUID],
) -> SealedEvent:
    """An event, signed, sealed and linked; `objects` are the records and scopes it is about."""
    n, about = members["n"], [members["event"].encode(), *abouts(members["event"], objects)]
    made = marks.make(marks.derive_mark_key(target.key), n, about)
    members = members | {"marks": _hash_of(made)}
    signature = primitives.sign(reader.signer.seed, NAMESPACE, canonical.dumps(members))
    document = {
        "event": members,
        "signature": signature.hex(),
        "certificate": reader.signer.certificate.hex(),
    }
    plaintext = envelope.pad(canonical.dumps(document), 1024)
    sealed = envelope.seal(derive_log_key(target.key), plaintext, event_context(target, n))
    return SealedEvent(n, sealed, link_over(previous, sealed, made), made)


def link_over(previous: bytes, sealed: bytes, made: bytes | None) -> bytes:
    """The chain goes over the marks too, or an opening could be hidden by taking them away."""
    return chain.link(previous, sealed + (made or b""), NAMESPACE)


def abouts(name: str, objects: Collection[UUID]) -> list[bytes]:
    return [name.encode() + one.bytes for one in objects]


def event_context(target: LogTarget, n: int) -> Context:
    return context(Label.ACCESS_EVENT, owner=target.patient_id, object=target.grant_id, version=n)


def _hash_of(made: bytes | None) -> str | None:
    return None if made is None else primitives.sha256(b"AG1 marks", made).hex()


def _time(document: dict[str, Any] | None) -> datetime | None:
    return datetime.fromtimestamp(document["event"]["at"], UTC) if document else None


def _signed(document: dict[str, Any], reader: Pin | None) -> bool:
    """Whether the pinned reader signed, by the keys that were hers at the event's time."""
    if reader is None:
        return False
    roots = reader.roots_at(document["event"]["at"])
    return any(_signed_by(document, reader.account, root) for root in roots)


def _signed_by(document: dict[str, Any], account: UUID, root_public: bytes) -> bool:
    """Whether a session of this root signed; its certificate must hold at the event's time."""
    members = document["event"]
    try:
        session = certificate.verify(
            bytes.fromhex(document["certificate"]),
            root_public=root_public,
            account=account,
            at=members["at"],
        )
        signature = bytes.fromhex(document["signature"])
        primitives.verify(session, NAMESPACE, canonical.dumps(members), signature)
    except CryptoError:
        return False
    return True
