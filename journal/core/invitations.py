"""Invitations: a link that opens its own content, and the pins that grow from it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from journal.core import accounts, consent, staying
from journal.core.consent import Choice
from journal.core.errors import InvitationClosed, NotFound
from journal.core.grants import Names
from journal.core.locking import begin_write
from journal.core.models import Invitation as Row
from journal.core.state import change_state, read_state
from journal.crypto import envelope, invitation
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError
from journal.crypto.identity import PublicIdentity

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring, Role, RootKeyring
    from journal.crypto.sitekey import SiteKey

LASTS = timedelta(hours=72)
KEPT = timedelta(days=30)  # after its end, for whoever asks why a link is closed
OPEN, USED, WITHDRAWN = "open", "used", "withdrawn"
# A row needs an owner in its associated data; an invitation has none but itself.
NOBODY = UUID(int=0)
PROOF = "proof"
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Invited:
    """What a therapist hands over: the link's token, and the code to compare in the room."""

    id: UUID
    token: str
    safety_code: str
    label: str
    expires_at: datetime
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """An opened invitation; `inviter` is whom its token vouches for, none for a therapist's.

    One to a new start has what proves it in `proof`; whether that holds is for `restarts` to say.
    """

    id: UUID
    role: Role | Literal["restart"]
    inviter: PublicIdentity | None
    inviter_name: str
    safety_code: str
    email: str
    proof: Content = field(default_factory=dict)


def invite_therapist(db: Session, *, email: str = "", now: datetime) -> str:
    """A one-time link's token for a therapist; the caller commits. Withdraws no other."""
    return _insert(db, "therapist", None, lambda _id: {"email": email}, now)[0]


def invite_first_therapist(db: Session, *, now: datetime) -> str:
    """The set-up link of a fresh instance: earlier ones nobody used are withdrawn."""
    begin_write(db)
    db.execute(
        update(Row)
        .where(Row.role == "therapist", Row.inviter_id.is_(None), Row.status == OPEN)
        .values(status=WITHDRAWN)
    )
    return invite_therapist(db, now=now)


def invite_patient(
    db: Session, keyring: Keyring, *, label: str, now: datetime, client_id: UUID | None = None
) -> Invited:
    """A patient's invitation, its token kept in the inviter's sealed state until it is used.

    A `client_id` that made one already returns that one while it waits: asked twice is asked once.
    """
    begin_write(db, keyring.account_id)
    staying.require(db, keyring.account_id)
    if client_id is not None:
        made_before = waiting_with(db, keyring, "client", str(client_id), now=now)
        if made_before is not None:
            return made_before
    kept = {} if client_id is None else {"client": str(client_id)}
    return issue(db, keyring, "patient", label=label, kept=kept, now=now)


def issue(
    db: Session,
    keyring: Keyring,
    role: Literal["patient", "restart"],
    *,
    label: str,
    kept: Content,
    now: datetime,
    prove: Callable[[UUID], Content] = lambda _id: {},
) -> Invited:
    """Make an invitation of one's own; `kept` is remembered beside its token until it is used.

    `prove` makes further content that names the invitation's id.
    """
    begin_write(db, keyring.account_id)
    mine = {
        "identity": keyring.identity.encode().hex(),
        "name": accounts.profile(db, keyring).name,
    }
    token, invitation_id = _insert(
        db, role, keyring.account_id, lambda made: mine | prove(made), now
    )
    code = invitation.safety_code(token, keyring.identity.fingerprint)
    expires = int((now + LASTS).timestamp())
    waiting = {"token": token, "label": label, "code": code, "until": expires} | kept
    change_state(
        db,
        keyring,
        lambda state: state.setdefault("invitations", {}).update({str(invitation_id): waiting}),
    )
    return _invited(str(invitation_id), waiting)


def waiting_with(
    db: Session, keyring: Keyring, name: str, value: str, *, now: datetime
) -> Invited | None:
    """One's own invitation that waits and was issued with this in `kept`."""
    same = (
        _invited(text, kept) for text, kept in _waiting(db, keyring, now) if kept.get(name) == value
    )
    return next(same, None)


def waiting(db: Session, keyring: Keyring, *, now: datetime) -> list[Invited]:
    """The therapist's own invitations nobody has used yet."""
    return [_invited(text, kept) for text, kept in _waiting(db, keyring, now)]


def withdraw(db: Session, keyring: Keyring, invitation_id: UUID) -> None:
    """Close an invitation of one's own; NotFound when it is not, or was used.

    Locks the invitation before the account, as accepting it does: the two would otherwise wait
    for each other for ever, one for the row that the other holds.
    """
    begin_write(db)
    db.execute(select(Row.id).where(Row.id == invitation_id).with_for_update())
    begin_write(db, keyring.account_id)
    changed = db.execute(
        update(Row)
        .where(Row.id == invitation_id, Row.inviter_id == keyring.account_id, Row.status != USED)
        .values(status=WITHDRAWN)
        .returning(Row.id)
    ).first()
    if changed is None:
        raise NotFound
    change_state(
        db, keyring, lambda state: state.get("invitations", {}).pop(str(invitation_id), None)
    )


def withdraw_all(db: Session, keyring: Keyring) -> None:
    """Close every invitation of one's own that nobody has used; in the same order of locks."""
    begin_write(db)
    mine = (Row.inviter_id == keyring.account_id, Row.status == OPEN)
    closed = db.scalars(update(Row).where(*mine).values(status=WITHDRAWN).returning(Row.id)).all()
    begin_write(db, keyring.account_id)

    def forget(state: dict[str, Any]) -> None:
        for invitation_id in closed:
            state.get("invitations", {}).pop(str(invitation_id), None)

    change_state(db, keyring, forget)


def sweep(db: Session, *, now: datetime) -> None:
    """Erase invitations that let nobody in for thirty days; a used one answers its form again."""
    begin_write(db)
    over = int((now - KEPT).timestamp())
    db.execute(delete(Row).where(Row.status != USED, Row.expires_at <= over))


def open_invitation(db: Session, token: str, *, now: datetime) -> Invitation:
    """What the link says; InvitationClosed when it was used, withdrawn, is over or never was."""
    row, content = _row(db, token)
    if row.status != OPEN:
        raise InvitationClosed(row.status)
    if row.expires_at <= now.timestamp():
        raise InvitationClosed("expired")
    return _opened(row, token, content)


def used_by(db: Session, token: str) -> UUID | None:
    """Whose account a used invitation made, so that its form sent again can sign in."""
    try:
        row, _ = _row(db, token)
    except InvitationClosed:
        return None
    return row.used_by if row.status == USED else None


def grant_of(db: Session, token: str) -> UUID | None:
    """The grant that a used invitation made, so that its form sent again answers the same."""
    try:
        row, _ = _row(db, token)
    except InvitationClosed:
        return None
    grant_id: UUID | None = row.grant_id
    return grant_id


def accept(
    db: Session,
    site: SiteKey,
    token: str,
    *,
    name: str,
    email: str,
    password: str,
    zone: str,
    choice: Choice,
    now: datetime,
) -> tuple[RootKeyring, str]:
    """Make the account an invitation is for, a patient's with its first grant; the caller commits.

    Raises InvitationClosed or EmailTaken, and then nothing was written.
    """
    open_invitation(db, token, now=now)
    keys = accounts.make_keys(site, password=password)
    begin_write(db)
    hold(db, token)
    invited = open_invitation(db, token, now=now)
    if invited.role == "restart":
        raise InvitationClosed("another role")
    root = accounts.create(
        db, site, keys, role=invited.role, email=email, name=name, zone=zone, now=now
    )
    if invited.role == "patient":
        accept_grant(db, root, token, invited, name=name, choice=choice, now=now)
    else:
        _close(db, invited.id, used_by=root.account_id)
    return root, keys.kit


def accept_further(
    db: Session, root: RootKeyring, token: str, *, choice: Choice, now: datetime
) -> UUID:
    """A signed-in patient accepts another therapist's invitation: a new grant's id."""
    begin_write(db, root.account_id)
    hold(db, token)
    invited = open_invitation(db, token, now=now)
    if invited.role != "patient" or root.role != "patient":
        raise InvitationClosed("another role")
    name = accounts.profile(db, root).name
    return accept_grant(db, root, token, invited, name=name, choice=choice, now=now)


def accept_grant(
    db: Session,
    root: RootKeyring,
    token: str,
    invited: Invitation,
    *,
    name: str,
    choice: Choice,
    now: datetime,
) -> UUID:
    """Give the inviter the first grant, and close the invitation with the MAC for her pin."""
    if invited.inviter is None:
        raise InvitationClosed("no inviter")
    grant_id, signed = consent.give(
        db,
        root,
        invited.inviter,
        names=Names(name, invited.inviter_name),
        choice=choice,
        safety_code=invited.safety_code,
        now=now,
    )
    mac = invitation.pin_mac(token, root.identity.fingerprint, signed.statement.digest())
    _close(db, invited.id, used_by=root.account_id, grant_id=grant_id, pin_mac=mac)
    return grant_id


def hold(db: Session, token: str) -> None:
    """Lock the invitation's row: of two people at the same link one comes too late."""
    try:
        invitation_id = invitation.invitation_id(token)
    except CryptoError as error:
        raise InvitationClosed("missing") from error
    db.execute(select(Row.id).where(Row.id == invitation_id).with_for_update())


def _close(db: Session, invitation_id: UUID, **values: Any) -> None:
    db.execute(update(Row).where(Row.id == invitation_id).values(status=USED, **values))


def _insert(
    db: Session,
    role: Literal["patient", "therapist", "restart"],
    inviter_id: UUID | None,
    content: Callable[[UUID], Content],
    now: datetime,
) -> tuple[str, UUID]:
    begin_write(db)
    token = invitation.make_token()
    invitation_id = invitation.invitation_id(token)
    where = context(Label.INVITATION, owner=inviter_id or NOBODY, object=invitation_id)
    plaintext = envelope.pad(json.dumps(content(invitation_id)).encode(), 4096)
    db.execute(
        insert(Row).values(
            id=invitation_id,
            role=role,
            inviter_id=inviter_id,
            sealed=envelope.seal(invitation.content_key(token), plaintext, where),
            expires_at=int((now + LASTS).timestamp()),
            status=OPEN,
        )
    )
    return token, invitation_id


def _row(db: Session, token: str) -> tuple[Any, Content]:
    try:
        invitation_id = invitation.invitation_id(token)
        row = db.execute(select(Row.__table__).where(Row.id == invitation_id)).first()
        if row is None:
            raise InvitationClosed("missing")
        where = context(Label.INVITATION, owner=row.inviter_id or NOBODY, object=row.id)
        opened = envelope.open_(invitation.content_key(token), row.sealed, where)
        content: Content = json.loads(envelope.unpad(opened))
    except CryptoError as error:
        raise InvitationClosed("damaged") from error
    return row, content


def _opened(row: Any, token: str, content: Content) -> Invitation:
    """Role and inviter come from the sealed content alone: the row may have been swapped."""
    if "identity" not in content:
        return Invitation(row.id, "therapist", None, "", "", content.get("email", ""))
    inviter = PublicIdentity.decode(bytes.fromhex(content["identity"]))
    code = invitation.safety_code(token, inviter.fingerprint)
    role: Literal["patient", "restart"] = "restart" if PROOF in content else "patient"
    return Invitation(row.id, role, inviter, content["name"], code, "", content.get(PROOF, {}))


def _waiting(db: Session, keyring: Keyring, now: datetime) -> list[tuple[str, dict[str, Any]]]:
    found = read_state(db, keyring).get("invitations", {})
    return [(text, kept) for text, kept in found.items() if kept["until"] > now.timestamp()]


def _invited(text: str, kept: dict[str, Any]) -> Invited:
    expires = datetime.fromtimestamp(kept["until"], UTC)
    restart = "patient" in kept
    return Invited(UUID(text), kept["token"], kept["code"], kept["label"], expires, restart)
