"""Consent receipts: one for each grant, change, expiry and revocation, signed and chained.

The members follow the record structure of ISO/IEC TS 27560: who, whom, what for,
which scopes, since when, until when. Codes and ids only, no personal word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from journal.core import heads
from journal.core.errors import Damaged, NotFound, NotGenuine
from journal.core.heads import Head
from journal.core.models import Receipt
from journal.crypto import canonical, certificate, chain, envelope, primitives
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.grant import SignedStatement

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

Event = Literal["given", "changed", "ended", "expired"]
NAMESPACE = "consent receipt"
PADDED_TO = 2048


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One receipt as Sharing lists it."""

    id: UUID
    n: int
    event: Event
    at: datetime
    grant_id: UUID
    scopes: tuple[str, ...]


def append(
    db: Session, keyring: Keyring, event: Event, signed: SignedStatement, *, now: datetime
) -> UUID:
    """Add the patient's next receipt under the account's lock; returns its id."""
    last = db.execute(
        select(Receipt.id, Receipt.n, Receipt.sealed)
        .where(Receipt.account_id == keyring.account_id)
        .order_by(Receipt.n.desc())
        .limit(1)
    ).first()
    kept = heads.of_receipts(db, keyring)
    receipt_id, (n, previous) = uuid4(), _after(keyring, last, kept)
    members = _members(event, signed, now) | {"id": str(receipt_id), "n": n, "previous": previous}
    signature = primitives.sign(keyring.signer.seed, NAMESPACE, canonical.dumps(members))
    document = {
        "receipt": members,
        "signature": signature.hex(),
        "certificate": keyring.signer.certificate.hex(),
        "root_public": keyring.identity.root_public.hex(),
    }
    where = context(Label.RECEIPT, owner=keyring.account_id, object=receipt_id, version=n)
    plaintext = envelope.pad(canonical.dumps(document), PADDED_TO)
    db.execute(
        insert(Receipt).values(
            account_id=keyring.account_id,
            id=receipt_id,
            n=n,
            sealed=envelope.seal(keyring.content_key, plaintext, where),
        )
    )
    heads.keep_receipt(db, keyring, Head(n, bytes.fromhex(_link(document))))
    return receipt_id


def listed(db: Session, keyring: Keyring) -> list[ReceiptView]:
    """The patient's receipts, the newest first."""
    rows = db.execute(
        select(Receipt.id, Receipt.n, Receipt.sealed)
        .where(Receipt.account_id == keyring.account_id)
        .order_by(Receipt.n.desc())
    )
    found = []
    for row in rows:
        try:
            found.append(_view(_open(keyring, row.id, row.n, row.sealed)["receipt"]))
        except Damaged:
            # The gap in `n` shows it; `document` says Damaged for this one.
            continue
    return found


def document(db: Session, keyring: Keyring, receipt_id: UUID) -> bytes:
    """One receipt as canonical JSON, as `verify` takes it; NotFound when there is none."""
    row = db.execute(
        select(Receipt.n, Receipt.sealed).where(
            Receipt.account_id == keyring.account_id, Receipt.id == receipt_id
        )
    ).first()
    if row is None:
        raise NotFound
    return canonical.dumps(_open(keyring, receipt_id, row.n, row.sealed))


def verify(text: bytes) -> dict[str, Any]:
    """The members of a genuine receipt; NotGenuine otherwise. Needs no database.

    What it proves: the holder of the root key in it certified the session that signed,
    and the statement inside is that patient's own.
    """
    try:
        found = canonical.loads(text)
        members: dict[str, Any] = found["receipt"]
        root_public = _bytes(found["root_public"])
        signature = _bytes(found["signature"])
        session = certificate.verify(
            _bytes(found["certificate"]),
            root_public=root_public,
            account=UUID(members["patient"]),
            at=members["at"],
        )
        primitives.verify(session, NAMESPACE, canonical.dumps(members), signature)
        said = SignedStatement.decode(bytes.fromhex(members["statement"])).statement
    except (CryptoError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotGenuine from error
    if str(said.patient) != members["patient"] or str(said.grant) != members["grant"]:
        raise NotGenuine
    return members


def _bytes(text: str) -> bytes:
    """Bytes from lower-case hex alone: a second spelling of a genuine receipt is not one."""
    found = bytes.fromhex(text)
    if found.hex() != text:
        raise NotGenuine
    return found


def _members(event: Event, signed: SignedStatement, now: datetime) -> dict[str, Any]:
    said = signed.statement
    return {
        "format": "AG1 receipt",
        "event": event,
        "at": int(now.timestamp()),
        "patient": str(said.patient),
        "reader": str(said.reader),
        "reader_fingerprint": said.reader_fingerprint,
        "grant": str(said.grant),
        "purpose": said.purpose,
        "scopes": [
            {"name": term.name, "since": term.since, "added_at": term.added_at}
            for term in said.scopes
        ],
        "not_after": said.not_after,
        "statement": signed.encode().hex(),
    }


def _open(keyring: Keyring, receipt_id: UUID, n: int, sealed: bytes) -> dict[str, Any]:
    where = context(Label.RECEIPT, owner=keyring.account_id, object=receipt_id, version=n)
    try:
        opened = envelope.unpad(envelope.open_(keyring.content_key, sealed, where))
        found: dict[str, Any] = canonical.loads(opened)
    except CryptoError as error:
        raise Damaged from error
    return found


def _after(keyring: Keyring, last: Any, kept: Head | None) -> tuple[int, str]:
    """The next number and the link before it: after the kept head, whatever is there.

    Otherwise the first receipt after a cut would fill the gap, and nothing would show it.
    """
    if kept is not None and (last is None or kept.n >= last.n):
        return kept.n + 1, kept.link.hex()
    if last is None:
        return 1, chain.GENESIS.hex()
    return last.n + 1, _link_over(keyring, last)


def _link_over(keyring: Keyring, last: Any) -> str:
    """The link of the last receipt; a damaged one is linked as it lies, so the break shows.

    Ending a consent must not fail because an older receipt does not open.
    """
    try:
        return _link(_open(keyring, last.id, last.n, last.sealed))
    except Damaged:
        return chain.link(chain.GENESIS, last.sealed, NAMESPACE).hex()


def _link(document: dict[str, Any]) -> str:
    members = document["receipt"]
    previous = bytes.fromhex(members["previous"])
    return chain.link(previous, canonical.dumps(members), NAMESPACE).hex()


def _view(members: dict[str, Any]) -> ReceiptView:
    return ReceiptView(
        UUID(members["id"]),
        members["n"],
        members["event"],
        datetime.fromtimestamp(members["at"], UTC),
        UUID(members["grant"]),
        tuple(term["name"] for term in members["scopes"]),
    )
