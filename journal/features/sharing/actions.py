"""Changing a consent: at once where it narrows, with the password where it widens."""

from datetime import datetime

from sqlalchemy.orm import Session

from journal.core import accounts, consent, reader_keys
from journal.core.consent import Choice
from journal.core.errors import StepUpNeeded
from journal.core.grants import GrantView
from journal.core.keyring import Keyring
from journal.web.parts import parts
from journal.web.throttling import guarded


def change(
    db: Session, keyring: Keyring, grant: GrantView, choice: Choice, password: str, now: datetime
) -> None:
    """Make the grant say what was chosen; the caller commits, then finishes the rotation.

    Raises StepUpNeeded without a password that this needs, WrongPassword, Throttled, Busy.
    A password that is not needed is not tried.
    """
    if not widens(grant, choice):
        consent.change(db, keyring, grant.id, choice, now=now)
        return
    if not password:
        raise StepUpNeeded
    with guarded(str(keyring.account_id)):
        root = accounts.step_up(db, parts().site_key, keyring, password=password, now=now)
    consent.change(db, root, grant.id, choice, now=now)


def follow_keys(db: Session, keyring: Keyring, now: datetime) -> None:
    """Take note of the keys that therapists announced since, and commit that."""
    if reader_keys.follow(db, keyring, now=now):
        db.commit()


def widens(grant: GrantView, choice: Choice) -> bool:
    """Tell whether somebody could read more, or for longer, than before."""
    adds = not set(choice.scopes) <= grant.scopes.keys()
    before, after = grant.not_after, choice.not_after
    return adds or (before is not None and (after is None or after > before))
