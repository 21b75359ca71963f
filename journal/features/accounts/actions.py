"""Writes that take more than one step of the core."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import accounts, erasing, invitations, leaving, reminding, sessions
from journal.core.errors import EmailTaken, WrongCredentials
from journal.core.keyring import Keyring, RootKeyring
from journal.core.site import SiteKey
from journal.features.accounts.forms import FurtherForm, ProfileForm, SignUpForm
from journal.web import soft_window
from journal.web.finishing import finish


def sign_up(
    db: Session, site: SiteKey, token: str, form: SignUpForm, idle_minutes: int, *, now: datetime
) -> RootKeyring:
    """Make the invited account; the caller commits.

    Raises InvitationClosed, and WrongCredentials when the address has an account: it is a guess
    at who is here, and counts as one.
    """
    name, zone = form.name.data or "", form.zone_found
    try:
        root, _kit = invitations.accept(
            db,
            site,
            token,
            name=name,
            email=form.email.data or "",
            password=form.password.data or "",
            zone=zone,
            choice=form.choice,
            now=now,
        )
    except EmailTaken as error:
        raise WrongCredentials from error
    accounts.change_profile(db, root, name=name, zone=zone, idle_minutes=idle_minutes)
    return root


def unlock_again(
    db: Session, site: SiteKey, email: str, password: str, used_by: UUID, *, now: datetime
) -> RootKeyring:
    """Open the account that used an invitation; WrongCredentials for any other account too."""
    root = accounts.unlock(db, site, email=email, password=password, now=now)
    if root.account_id != used_by:
        raise WrongCredentials
    return root


def save_profile(
    db: Session, site: SiteKey, keyring: Keyring, form: ProfileForm, now: datetime
) -> None:
    """Keep name and zone, and lock every device of the account after that time; caller commits.

    Reminders follow into another zone.
    """
    minutes = form.idle_minutes.data
    accounts.change_profile(
        db, keyring, name=form.name.data or "", zone=form.zone.data or "", idle_minutes=minutes
    )
    sessions.change_idle(db, keyring, minutes=minutes)
    reminding.move(db, site, keyring.account_id, zone=form.zone.data or "", now=now)


def further_form(db: Session, keyring: Keyring, token: str) -> FurtherForm:
    """Return the form, with what was chosen for this link on the day after a session."""
    for one in soft_window.waiting(db, keyring):
        if one.what == soft_window.ACCEPT and one.facts["token"] == token:
            return FurtherForm(data={"scopes": one.facts["scopes"], "since": one.facts["since"]})
    return FurtherForm()


def leave(db: Session, keyring: Keyring, now: datetime) -> None:
    """End every consent and set the day of the erasure; commits."""
    leaving.ask(db, keyring, now=now)
    if keyring.role == "patient":
        finish(db, keyring, now)


def erase(db: Session, keyring: Keyring, now: datetime) -> None:
    """End every consent and erase the account in the same moment; commits."""
    if keyring.role == "therapist":
        leaving.close_reader(db, keyring.account_id, now=now)
    erasing.erase(db, keyring.account_id, now=now)
    db.commit()
