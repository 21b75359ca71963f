"""A link to a new start: a therapist vouches for her patient, who has neither password nor kit.

Nothing in the database may be enough to make one. So it carries the patient's own signed
statement, which lies sealed for the two of them alone and names the therapist's keys, and the
therapist's signature over this one link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from journal.core import access_log, grants, invitations, own_keys, reading
from journal.core.errors import InvitationClosed
from journal.core.models import Account, Grant, KeyAnnouncement
from journal.core.state import read_state
from journal.crypto import announcement, canonical, certificate, primitives
from journal.crypto.errors import CryptoError
from journal.crypto.identity import PublicIdentity
from journal.crypto.statement import SignedStatement, verify_signature

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.invitations import Content, Invitation, Invited
    from journal.core.keyring import Keyring
    from journal.core.reading import OpenGrant
    from journal.crypto.statement import Statement

NAMESPACE = "new start"
FOR = "restart of"  # in the therapist's sealed state: the grant from before


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whose new start a link is: the account, and the name that its therapist knows."""

    account_id: UUID
    name: str


def make(db: Session, keyring: Keyring, grant_id: UUID, *, now: datetime) -> Invited:
    """A link for the patient of a living grant, told in her log before it is made.

    One that waits already is given again. InvitationClosed where the consent names keys of
    hers so old that nothing leads from them to today's.
    """
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    waiting = invitations.waiting_with(db, keyring, FOR, str(grant_id), now=now)
    if waiting is not None:
        return waiting
    signed, former = _said(db, grant), _former(db, keyring, grant.statement)
    access_log.append(db, keyring, grant.target, "restart", now=now)
    db.commit()

    def prove(invitation_id: UUID) -> Content:
        members = _members(invitation_id, grant.patient_id, grant_id, int(now.timestamp()))
        signature = primitives.sign(keyring.signer.seed, NAMESPACE, canonical.dumps(members))
        return {
            invitations.PROOF: {
                "account": str(grant.patient_id),
                "grant": str(grant_id),
                "patient_name": grant.patient_name,
                "made_at": members["made_at"],
                "statement": signed.encode().hex(),
                "former": former,
                "signature": signature.hex(),
                "certificate": keyring.signer.certificate.hex(),
            }
        }

    label = grant.label or grant.patient_name
    kept = {FOR: str(grant_id), "patient": str(grant.patient_id)}
    return invitations.issue(db, keyring, "restart", label=label, kept=kept, now=now, prove=prove)


def verify(db: Session, invited: Invitation, *, now: datetime) -> Vouched:
    """Whose new start a link is; InvitationClosed unless all of its proof holds now."""
    proof = invited.proof
    try:
        account_id, grant_id = UUID(proof["account"]), UUID(proof["grant"])
        signed = SignedStatement.decode(bytes.fromhex(proof["statement"]))
        _verify_link(invited, account_id, grant_id, now)
        row = db.execute(
            select(Account.root_public, Grant.status)
            .join(Grant, Grant.account_id == Account.id)
            .where(Account.id == account_id, Account.role == "patient", Grant.id == grant_id)
        ).first()
        if row is None or row.status != grants.LIVE:
            raise InvitationClosed("no living grant")
        # After one new start the account has another root key: no link works twice.
        verify_signature(signed, row.root_public, account_id)
        _verify_statement(db, invited, signed.statement, grant_id, now)
    except (CryptoError, KeyError, TypeError, ValueError) as error:
        raise InvitationClosed("not proved") from error
    return Vouched(account_id, str(proof["patient_name"]))


def _said(db: Session, grant: OpenGrant) -> SignedStatement:
    said = grants.statements(db, grant.patient_id, grant.id, grant.target.key)
    return next(one for one in reversed(said) if one.statement.seq == grant.statement.seq)


def _former(db: Session, keyring: Keyring, statement: Statement) -> str:
    """The keys that a statement names, where they are not today's any more."""
    if statement.reader_fingerprint == keyring.identity.fingerprint.hex():
        return ""
    found = own_keys.former_identity(read_state(db, keyring), statement.reader_fingerprint)
    if not found:
        raise InvitationClosed("keys too old")
    return found


def _members(invitation_id: UUID, account_id: UUID, grant_id: UUID, made_at: int) -> dict[str, Any]:
    return {
        "invitation": str(invitation_id),
        "account": str(account_id),
        "grant": str(grant_id),
        "made_at": made_at,
    }


def _verify_link(invited: Invitation, account_id: UUID, grant_id: UUID, now: datetime) -> None:
    """The inviter's own word for this one link, and its hours by that word, not by the row's."""
    proof, inviter = invited.proof, _inviter(invited)
    made_at = int(proof["made_at"])
    if now.timestamp() >= made_at + invitations.LASTS.total_seconds():
        raise InvitationClosed("expired")
    session = certificate.verify(
        bytes.fromhex(proof["certificate"]),
        root_public=inviter.root_public,
        account=inviter.account,
        at=made_at,
    )
    said = canonical.dumps(_members(invited.id, account_id, grant_id, made_at))
    primitives.verify(session, NAMESPACE, said, bytes.fromhex(proof["signature"]))


def _verify_statement(
    db: Session, invited: Invitation, statement: Statement, grant_id: UUID, now: datetime
) -> None:
    inviter, ends = _inviter(invited), statement.not_after
    if (statement.grant, statement.reader) != (grant_id, inviter.account):
        raise InvitationClosed("another reader's statement")
    if statement.status != "live" or (ends is not None and now.timestamp() >= ends):
        raise InvitationClosed("the consent is over")
    if statement.reader_fingerprint != inviter.fingerprint.hex():
        _verify_former(db, inviter, statement, invited.proof["former"])


def _verify_former(db: Session, inviter: PublicIdentity, statement: Statement, former: str) -> None:
    """The patient signed for older keys: announcements must lead from those to the inviter's."""
    identity = PublicIdentity.decode(bytes.fromhex(former))
    announced = db.scalars(
        select(KeyAnnouncement.announced)
        .where(KeyAnnouncement.account_id == inviter.account)
        .order_by(KeyAnnouncement.seq)
    ).all()
    led = announcement.follow(identity, announced, after=0)
    if identity.fingerprint.hex() != statement.reader_fingerprint or not led:
        raise InvitationClosed("another key's statement")
    if led[-1].identity != inviter:
        raise InvitationClosed("another key's statement")


def _inviter(invited: Invitation) -> PublicIdentity:
    if invited.inviter is None:
        raise InvitationClosed("no inviter")
    return invited.inviter
