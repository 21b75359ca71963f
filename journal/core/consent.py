"""Consent: give, change and revoke a grant; the patient's password is the signature."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from journal.core import (
    endings,
    grants,
    pins,
    reader_keys,
    receipts,
    scopes,
    staying,
    strata,
    tombstones,
)
from journal.core.errors import AlreadyGiven, Damaged, NotFound, StepUpNeeded
from journal.core.grants import GrantView, HeldGrant, Names
from journal.core.keyring import Keyring, RootKeyring
from journal.core.locking import begin_write
from journal.core.models import CaseloadRow, Grant
from journal.core.pins import Pin
from journal.core.slots import shred_key_of
from journal.core.state import change_state, read_state
from journal.crypto import certificate, envelope, primitives
from journal.crypto.context import Label, context
from journal.crypto.grant import (
    ScopeTerm,
    SignedStatement,
    Statement,
    key_check,
    seal_grant_key,
    sign_statement,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from journal.crypto.identity import PublicIdentity

Since = Literal["now", "everything"]
PURPOSE = "integration-care"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a patient chose on a form: scope names, where new ones start, and an end."""

    scopes: tuple[str, ...]
    since: Since = "now"
    not_after: datetime | None = None


def give(
    db: Session,
    root: RootKeyring,
    reader: PublicIdentity,
    *,
    names: Names,
    choice: Choice,
    safety_code: str,
    now: datetime,
) -> tuple[UUID, SignedStatement]:
    """Grant a therapist what was chosen; AlreadyGiven when she holds a living grant.

    `reader` is the identity that the invitation's token vouches for, never a database row.
    """
    begin_write(db, root.account_id)
    reader_keys.require_known(db, root, reader, names.reader)
    staying.require(db, root.account_id, reader.account)
    for grant in grants.living(db, root, now=now):
        if grant.reader_id == reader.account:
            raise AlreadyGiven(grant.id)
    grant_id, grant_key = uuid4(), primitives.make_key()
    statement = Statement(
        grant=grant_id,
        patient=root.account_id,
        reader=reader.account,
        reader_fingerprint=reader.fingerprint.hex(),
        key_check=key_check(grant_id, grant_key),
        scopes=_terms(db, root, choice.scopes, choice.since, now),
        follows=True,
        purpose=PURPOSE,
        not_after=_seconds(choice.not_after),
        seq=1,
        status="live",
        made_at=int(now.timestamp()),
    )
    signed = sign_statement(statement, seed=root.root_seed)
    held = HeldGrant(
        grant_id, root.account_id, reader.account, grant_key, grants.LIVE, statement, names
    )
    _insert(db, root, held, reader)
    grants.add_statement(db, signed, grant_key)
    strata.hand_over(db, root, held, statement.scopes)
    pin = Pin(reader, safety_code)
    change_state(db, root, lambda state: pins.put(state, grant_id, pin))
    grants.keep_seq(db, root, grant_id, statement.seq)
    receipts.append(db, root, "given", signed, now=now)
    return grant_id, signed


def change(
    db: Session, keyring: Keyring, grant_id: UUID, choice: Choice, *, now: datetime
) -> GrantView:
    """Make a grant say what was chosen; scopes that stay keep their start.

    Anything that widens (a further scope, a later end) needs a RootKeyring and raises
    StepUpNeeded without one; what narrows alone is signed by the session and acts at once.
    """
    begin_write(db, keyring.account_id)
    held = _living(db, keyring, grant_id, now)
    before = held.statement
    kept = tuple(term for term in before.scopes if term.name in choice.scopes)
    gone = [term for term in before.scopes if term.name not in choice.scopes]
    added = [name for name in choice.scopes if name not in {term.name for term in before.scopes}]
    not_after = _seconds(choice.not_after)
    if not added and not gone and not_after == before.not_after:
        return view(db, keyring, held)
    root = keyring if isinstance(keyring, RootKeyring) else None
    if root is None and (added or _later(not_after, before.not_after)):
        raise StepUpNeeded
    if added or _later(not_after, before.not_after):
        # What only narrows goes through, whatever became of the reader.
        reader_keys.require(db, keyring, held)
    strata.take_back(db, held, [term.scope_id for term in gone])
    _bury(db, held, gone, not_after, now)
    new_terms = _terms(db, keyring, added, choice.since, now)
    after = _say(
        db, keyring, held, scopes=kept + new_terms, not_after=not_after, status="live", now=now
    )
    _raise_for_others(db, keyring, gone, now)
    strata.hand_over(db, keyring, after, new_terms)
    _update(db, held, {"not_after": not_after} | ({"rotation": "running"} if gone else {}))
    return view(db, keyring, after)


def revoke(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    *,
    now: datetime,
    status: str = grants.ENDED,
) -> None:
    """End a grant: its wraps erased, generations raised, a receipt; re-encryption follows.

    Ending what has ended changes nothing. The caller commits, then runs
    `rotation.finish`, whose batches commit by themselves. `status` is what the row keeps.
    """
    begin_write(db, keyring.account_id)
    try:
        held = grants.held(db, keyring, grant_id, now=now)
    except Damaged:
        _revoke_unread(db, keyring, grant_id, status, now)
        return
    if held.statement.status == "ended":
        return
    endings.close(db, held.patient_id, held.id, status, rotation="running", now=now)
    _say(
        db,
        keyring,
        held,
        scopes=held.statement.scopes,
        not_after=held.statement.not_after,
        status="ended",
        now=now,
    )
    _raise_for_others(db, keyring, held.statement.scopes, now)


def _revoke_unread(
    db: Session, keyring: Keyring, grant_id: UUID, status: str, now: datetime
) -> None:
    """Ending must work on a damaged grant too: nothing says what it covered, so all is raised."""
    endings.close(db, keyring.account_id, grant_id, status, rotation="running", now=now)
    grants.keep_seq(db, keyring, grant_id, grants.NO_SEQ)
    strata.raise_all(db, keyring, reader_keys.trusted(db, keyring, now=now))


def all_grants(db: Session, keyring: Keyring, *, now: datetime) -> list[GrantView]:
    """Every grant of the patient, the living first."""
    return [view(db, keyring, held) for held in grants.all_held(db, keyring, now=now)]


def one_grant(db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime) -> GrantView:
    return view(db, keyring, grants.held(db, keyring, grant_id, now=now))


def view(db: Session, keyring: Keyring, held: HeldGrant) -> GrantView:
    pin = pins.read(read_state(db, keyring)).get(held.id)
    return GrantView(
        held.id,
        held.reader_id,
        held.names.reader,
        held.status,
        held.statement,
        pin.code if pin is not None else "",
    )


def _living(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> HeldGrant:
    held = grants.held(db, keyring, grant_id, now=now)
    if held.status != grants.LIVE:
        raise NotFound("ended")
    return held


def _terms(
    db: Session, keyring: Keyring, names: Collection[str], since: Since, now: datetime
) -> tuple[ScopeTerm, ...]:
    """Terms for scopes that are added: "now" opens a stratum, "everything" starts at the first."""
    by_name = scopes.ids(db, keyring)
    following = reader_keys.trusted(db, keyring, now=now) if names and since == "now" else []
    terms = []
    for name in dict.fromkeys(names):
        if name not in scopes.SHAREABLE:
            raise NotFound("no such scope")
        if name not in by_name:
            raise Damaged
        scope_id = by_name[name]
        first = strata.open_stratum(db, keyring, scope_id, following) if since == "now" else 1
        terms.append(ScopeTerm(name, scope_id, first, since, int(now.timestamp())))
    return tuple(terms)


def _say(
    db: Session,
    keyring: Keyring,
    held: HeldGrant,
    *,
    scopes: tuple[ScopeTerm, ...],
    not_after: int | None,
    status: Literal["live", "ended"],
    now: datetime,
) -> HeldGrant:
    """Sign the grant's next statement, by the root where it is at hand, and keep a receipt."""
    by_root = isinstance(keyring, RootKeyring)
    # A clock that was set back since she signed in: what a session signs before its certificate
    # begins is worth nothing to a reader.
    earliest = 0 if by_root else certificate.begins(keyring.signer.certificate)
    named = reader_keys.fingerprint(db, keyring, held) if by_root else ""
    statement = replace(
        held.statement,
        reader_fingerprint=named or held.statement.reader_fingerprint,
        scopes=scopes,
        not_after=not_after,
        status=status,
        seq=held.statement.seq + 1,
        made_at=max(int(now.timestamp()), earliest),
    )
    if isinstance(keyring, RootKeyring):
        signed = sign_statement(statement, seed=keyring.root_seed)
    else:
        signer = keyring.signer
        signed = sign_statement(statement, seed=signer.seed, certificate=signer.certificate)
    grants.add_statement(db, signed, held.key)
    grants.keep_seq(db, keyring, held.id, statement.seq)
    receipts.append(db, keyring, "ended" if status == "ended" else "changed", signed, now=now)
    living = grants.ENDED if status == "ended" else grants.LIVE
    return replace(held, statement=statement, status=living)


def _raise_for_others(
    db: Session, keyring: Keyring, gone: Collection[ScopeTerm], now: datetime
) -> None:
    remaining = reader_keys.trusted(db, keyring, now=now) if gone else []
    for term in gone:
        strata.raise_generations(db, keyring, term.scope_id, term.first_stratum, remaining)


def _insert(db: Session, root: RootKeyring, held: HeldGrant, reader: PublicIdentity) -> None:
    sealed = seal_grant_key(
        held.key,
        reader_public=reader.sealing_public,
        patient_shred_key=shred_key_of(db, root.account_id),
        patient=root.account_id,
        grant=held.id,
    )
    kept = envelope.seal(
        root.content_key,
        held.key,
        context(Label.GRANT_KEPT, owner=root.account_id, object=held.id),
    )
    db.execute(
        insert(Grant).values(
            account_id=root.account_id,
            id=held.id,
            reader_id=held.reader_id,
            sealed_key=sealed,
            kept_key=kept,
            names=grants.seal_names(held.names, held.key, root.account_id, held.id),
            not_after=held.statement.not_after,
            status=grants.LIVE,
            rotation="none",
        )
    )
    db.execute(
        insert(CaseloadRow).values(
            account_id=held.reader_id, grant_id=held.id, patient_id=root.account_id
        )
    )


def _update(db: Session, held: HeldGrant, values: dict[str, object]) -> None:
    db.execute(
        update(Grant)
        .where(Grant.account_id == held.patient_id, Grant.id == held.id)
        .values(**values)
    )


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _bury(
    db: Session, held: HeldGrant, gone: Collection[ScopeTerm], not_after: int | None, now: datetime
) -> None:
    """Leave tombstones of a narrowing: an older database must not widen it again."""
    add = partial(tombstones.add, db, account_id=held.patient_id, grant_id=held.id, now=now)
    for term in gone:
        add(kind=tombstones.SCOPE, object_id=term.scope_id)
    if _later(held.statement.not_after, not_after):
        add(kind=tombstones.TERM, not_after=not_after)


def _later(after: int | None, before: int | None) -> bool:
    return before is not None and (after is None or after > before)
