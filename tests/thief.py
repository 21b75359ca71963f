"""The thief's own program: everything sealed in a database, and whatever some keys open of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal.core import models, reading
from journal.core.invitations import NOBODY
from journal.core.keyring import Keyring
from journal.core.state import read_state
from journal.crypto import envelope, grant, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.identity import PublicIdentity


class Sealed(NamedTuple):
    """One envelope of the database: where it lies and the context that it was sealed in."""

    column: str
    row: tuple[Any, ...]
    envelope: bytes
    context: Context


def _record(label: Label) -> Callable[[Any], Context]:
    return lambda row: context(
        label,
        owner=row.account_id,
        scope=row.scope_id,
        stratum=row.stratum,
        generation=row.generation,
        object=row.id,
        version=row.version,
    )


def _account(label: Label) -> Callable[[Any], Context]:
    return lambda row: context(label, owner=row.id)


def _former(label: Label) -> Callable[[Any], Context]:
    return lambda row: context(label, owner=row.account_id)


def _session(label: Label) -> Callable[[Any], Context]:
    return lambda row: context(label, owner=row.account_id, object=UUID(bytes=row.id[:16]))


def _of_grant(label: Label) -> Callable[[Any], Context]:
    return lambda row: context(label, owner=row.account_id, object=row.id)


def _scope_key(label: Label, *, of_grant: bool) -> Callable[[Any], Context]:
    return lambda row: context(
        label,
        owner=row.account_id,
        scope=row.scope_id,
        stratum=row.stratum,
        generation=row.generation,
        object=row.grant_id if of_grant else None,
    )


def _numbered(label: Label, thing: str, number: str) -> Callable[[Any], Context]:
    return lambda row: context(
        label, owner=row.account_id, object=getattr(row, thing), version=getattr(row, number)
    )


# Every column that holds an envelope; `test_every_column_is_known` fails for one left out.
ENVELOPES: dict[str, Callable[[Any], Context]] = {
    "accounts.root_key": _account(Label.ROOT_KEY),
    "accounts.content_key": _account(Label.CONTENT_KEY),
    "accounts.root_seed": _account(Label.ROOT_SEED),
    "accounts.sealing_seed": _account(Label.SEALING_SEED),
    "accounts.state": lambda row: context(
        Label.PRIVATE_STATE, owner=row.id, version=row.state_version
    ),
    "contacts.sealed": lambda row: context(
        Label.CONTACT, owner=row.account_id, version=row.site_version
    ),
    "former_keys.root_key": _former(Label.ROOT_KEY),
    "former_keys.content_key": _former(Label.CONTENT_KEY),
    "former_keys.root_seed": _former(Label.ROOT_SEED),
    "former_keys.sealing_seed": _former(Label.SEALING_SEED),
    "former_keys.state": lambda row: context(
        Label.PRIVATE_STATE, owner=row.account_id, version=row.state_version
    ),
    "returned_records.sealed": lambda row: context(
        Label.RETURNED_RECORD, owner=row.account_id, scope=row.grant_id, object=row.record_id
    ),
    "key_slots.body": _numbered(Label.SLOT_OUTER, "id", "site_version"),
    "sessions.content_key": _session(Label.SESSION_CONTENT),
    "sessions.signer": _session(Label.SESSION_SIGNER),
    "sessions.label": _session(Label.SESSION_LABEL),
    "scopes.name": lambda row: context(Label.SCOPE_NAME, owner=row.account_id, scope=row.id),
    "scope_keys.wrapped": _scope_key(Label.SCOPE_KEY, of_grant=False),
    "records.wrapped_key": _record(Label.RECORD_KEY),
    "records.body": _record(Label.RECORD_BODY),
    "grants.sealed_key": _of_grant(Label.GRANT_SEALED),
    "grants.kept_key": _of_grant(Label.GRANT_KEPT),
    "grants.names": lambda row: context(
        Label.GRANT_NAMES, owner=row.account_id, object=row.id, version=1
    ),
    "grant_statements.sealed": _numbered(Label.GRANT_STATEMENT, "grant_id", "seq"),
    "grant_keys.wrapped": _scope_key(Label.GRANT_SCOPE_KEY, of_grant=True),
    "grant_records.wrapped": lambda row: context(
        Label.GRANT_RECORD_KEY,
        owner=row.account_id,
        scope=row.grant_id,
        object=row.record_id,
        version=row.version,
    ),
    "receipts.sealed": _numbered(Label.RECEIPT, "id", "n"),
    "access_events.sealed": _numbered(Label.ACCESS_EVENT, "grant_id", "n"),
    "phones.sealed": _of_grant(Label.PHONE),
    "care_copies.sealed": _of_grant(Label.CARE_COPY),
    "reminders.sealed": lambda row: context(
        Label.REMINDER, owner=row.account_id, version=row.site_version
    ),
    "push_endpoints.sealed": _numbered(Label.PUSH_ENDPOINT, "id", "site_version"),
    "push_keys.sealed": lambda row: context(Label.PUSH_KEY, owner=row.id, version=row.site_version),
    "invitations.sealed": lambda row: context(
        Label.INVITATION, owner=row.inviter_id or NOBODY, object=row.id
    ),
}

# Every way to a record's words.
WORDS = (
    "scope_keys.wrapped",
    "grants.kept_key",
    "grant_keys.wrapped",
    "grant_records.wrapped",
    "records.wrapped_key",
    "records.body",
    "accounts.content_key",
    "former_keys.content_key",
    "sessions.content_key",
)

# Bytes that are no envelope: public, random, or a hash.
OTHERWISE = {
    "accounts.root_public",
    "former_keys.root_public",
    "former_keys.sealing_public",
    "accounts.sealing_public",
    "shred_keys.key",
    "key_announcements.announced",
    "contacts.email_index",
    "key_slots.salt",
    "sessions.id",
    "sessions.certificate",
    "access_events.link",
    "access_events.marks",
    "invitations.pin_mac",
    "calendar_feeds.id",
    "phones.secret_hash",
    "inbox_items.sealed",
    "inbox_items.mark",
    "throttles.key",
    # What a clinic imported is published and is nobody's: it lies in the clear.
    "questionnaires.source",
    "questionnaires.content",
}


def sealed(db: Session, columns: Iterable[str] = ENVELOPES) -> Iterator[Sealed]:
    """Every envelope of the database, or of some columns."""
    for column in columns:
        made = ENVELOPES[column]
        table_name, column_name = column.split(".")
        table = models.Base.metadata.tables[table_name]
        for row in db.execute(select(table)).all():
            value = getattr(row, column_name)
            if value is not None:
                key = tuple(getattr(row, part.name) for part in table.primary_key)
                yield Sealed(column, key, value, made(row))


def keys_from(plaintext: bytes) -> set[bytes]:
    """Every 32 bytes of an opened text that may be a key, as they are and in hex."""
    found = set()
    if len(plaintext) % 32 == 0 and len(plaintext) <= 96:
        found |= {plaintext[at : at + 32] for at in range(0, len(plaintext), 32)}
    for text in _texts(plaintext):
        try:
            raw = bytes.fromhex(text)
        except ValueError:
            continue
        if len(raw) == 32:
            found.add(raw)
    return found


def derived(key: bytes) -> set[bytes]:
    """Every key that the design derives from a 32-byte key alone."""
    return {
        key,
        grant.derive_log_key(key),
        grant.derive_names_key(key),
        grant.derive_return_key(key),
        primitives.hkdf(key, info=b"AG1 grant outer"),
        primitives.hkdf(key, info=b"AG1 care copy outer"),
        primitives.hkdf(key, info=b"AG1 grant pinned"),
        primitives.hkdf(key, info=b"AG1 session"),
    }


def reach(db: Session, known: Iterable[bytes], columns: Iterable[str]) -> set[bytes]:
    """These keys and those that they unwrap in these columns, each asked once in this order."""
    keys = set(known)
    for item in sealed(db, columns):
        for key in tuple(keys):
            plaintext = _open(key, item)
            if plaintext is not None:
                keys.add(plaintext)
                break
    return keys


def opened(
    db: Session, known: Iterable[bytes], columns: Iterable[str] = ENVELOPES
) -> dict[Sealed, bytes]:
    """All that these keys open, and what the keys found inside open, to the end."""
    closed = list(sealed(db, columns))
    found: dict[Sealed, bytes] = {}
    tried: set[bytes] = set()
    keys = {made for key in known for made in derived(key)}
    while new := keys - tried:
        tried |= new
        for item in [item for item in closed if item not in found]:
            for key in new:
                plaintext = _open(key, item)
                if plaintext is not None:
                    found[item] = plaintext
                    if pins := _pins(item, plaintext):
                        closed += pins
                        tried.clear()  # an old key may open what came to light just now
                    keys |= {made for raw in keys_from(plaintext) for made in derived(raw)}
                    break
        if keys - tried:
            continue
    return found


def bodies(db: Session, known: Iterable[bytes]) -> set[UUID]:
    """The records whose words these keys open as the rows stand now."""
    return {item.row[1] for item in opened(db, known, WORDS) if item.column == "records.body"}


def keys_in(found: dict[Sealed, bytes]) -> set[bytes]:
    return {key for plaintext in found.values() for key in keys_from(plaintext)}


def _open(key: bytes, item: Sealed) -> bytes | None:
    try:
        return envelope.open_(key, item.envelope, item.context)
    except CryptoError:
        return None


def _pins(item: Sealed, plaintext: bytes) -> list[Sealed]:
    """The grant keys that a therapist keeps, each in an envelope of its own inside her state."""
    if item.column != "accounts.state":
        return []
    found = []
    for text, pin in json.loads(envelope.unpad(plaintext)).get("patients", {}).items():
        patient = PublicIdentity.decode(bytes.fromhex(pin["patient"])).account
        where = context(Label.GRANT_PINNED, owner=patient, object=UUID(text))
        found.append(Sealed("a pin", (text,), bytes.fromhex(pin["pinned"]), where))
    return found


def _texts(plaintext: bytes) -> Iterator[str]:
    try:
        value = json.loads(envelope.unpad(plaintext))
    except (CryptoError, ValueError):
        try:
            value = json.loads(plaintext)
        except ValueError:
            return
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)
        elif isinstance(one, str):
            yield one


def opened_state(db: Session, keyring: Keyring) -> dict[str, Any]:
    """Somebody's own sealed state: pins with their keys bare, invitations, names."""
    state = read_state(db, keyring)
    for text, pin in state.get("patients", {}).items():
        patient = PublicIdentity.decode(bytes.fromhex(pin["patient"])).account
        shred_key = db.scalar(
            select(models.ShredKey.key).where(models.ShredKey.account_id == patient)
        )
        pin["key"] = reading.pinned_key(pin, patient, UUID(text), shred_key or bytes(32)).hex()
    return state
