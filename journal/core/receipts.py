"""Consent receipts: one for each grant, change, expiry and revocation, signed and chained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from journal.core import heads, receipt_members
from journal.core.errors import Damaged, NotFound, NotGenuine
from journal.core.heads import Head
from journal.core.models import Receipt
from journal.core.receipt_members import Event, Told
from journal.crypto import canonical, certificate, chain, envelope, primitives
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.statement import verify_signature

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.crypto.statement import SignedStatement

NAMESPACE = "consent receipt"
PADDED_TO = 2048


@dataclass(frozen=True, slots=True)
class Genuine:
    """A receipt that holds by itself: the root key it rests on, and its link in the chain."""

    told: Told
    root_public: bytes
    link: bytes


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
    chained = {"record_id": str(receipt_id), "n": n, "previous": previous}
    members = receipt_members.make(event, signed, now) | chained
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


def sealed_head(db: Session, keyring: Keyring) -> Head:
    """The last receipt as it lies there, for keys that don't open it: what is next follows it."""
    last = db.execute(
        select(Receipt.n, Receipt.sealed)
        .where(Receipt.account_id == keyring.account_id)
        .order_by(Receipt.n.desc())
        .limit(1)
    ).first()
    if last is None:
        return Head(0, chain.GENESIS)
    return Head(last.n, chain.link(chain.GENESIS, last.sealed, NAMESPACE))


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
            document = _open(keyring, row.id, row.n, row.sealed)
            found.append(_view(read(canonical.dumps(document))))
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


def read(text: bytes) -> Told:
    """What a receipt of one's own says, no signature looked at; Damaged if it is none."""
    try:
        return receipt_members.read(canonical.loads(text)["receipt"])
    except (CryptoError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Damaged from error


def verify(text: bytes) -> Genuine:
    """A genuine receipt; NotGenuine otherwise. Needs no database.

    What it proves: the holder of the root key in it certified the session that signed, and the
    statement inside is signed by that key too, or by a session of it.
    """
    try:
        found = canonical.loads(text)
        members: dict[str, Any] = found["receipt"]
        told = receipt_members.read(members)
        root_public = _bytes(found["root_public"])
        signature = _bytes(found["signature"])
        session = certificate.verify(
            _bytes(found["certificate"]), root_public=root_public, account=told.patient, at=told.at
        )
        primitives.verify(session, NAMESPACE, canonical.dumps(members), signature)
        verify_signature(told.statement, root_public, told.patient)
        if told.event == "given" and told.statement.certificate:
            raise NotGenuine("only the patient's root key begins a consent")
    except (CryptoError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotGenuine from error
    return Genuine(told, root_public, bytes.fromhex(_link(found)))


def _bytes(text: str) -> bytes:
    """Bytes from lower-case hex alone: a second spelling of a genuine receipt is not one."""
    found = bytes.fromhex(text)
    if found.hex() != text:
        raise NotGenuine
    return found


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


def _view(told: Told) -> ReceiptView:
    return ReceiptView(
        told.id,
        told.n,
        told.event,
        datetime.fromtimestamp(told.at, UTC),
        told.grant,
        tuple(scope.name for scope in told.scopes),
    )
