"""Changing a consent: at once where it narrows, with the password where it widens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from journal.core import accounts, consent, reader_keys
from journal.core.consent import Choice
from journal.core.errors import StepUpNeeded
from journal.core.grants import GrantView
from journal.core.keyring import Keyring
from journal.web import soft_window
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


def keep_for_later(
    db: Session, keyring: Keyring, grant: GrantView, choice: Choice, now: datetime
) -> Choice:
    """Keep what would widen until the day after a session is over; return what narrows alone."""
    added = [name for name in choice.scopes if name not in grant.scopes]
    narrowed = replace(choice, scopes=tuple(one for one in choice.scopes if one in grant.scopes))
    facts: dict[str, Any] = {"grant": str(grant.id)}
    if added:
        facts |= {"scopes": added, "since": choice.since}
    if widens(grant, replace(narrowed, not_after=choice.not_after)):
        end = choice.not_after
        facts["end"] = None if end is None else int(end.timestamp())
        narrowed = replace(narrowed, not_after=grant.not_after)
    soft_window.keep(db, keyring, soft_window.CHANGE, facts, now)
    return narrowed


def asked_for(
    db: Session, keyring: Keyring, grant: GrantView, intent_id: str
) -> Mapping[str, Any] | None:
    """Return what was kept of this grant under this id, as facts; None when nothing was."""
    for one in soft_window.waiting(db, keyring):
        if one.id == intent_id and one.facts.get("grant") == str(grant.id):
            return one.facts
    return None


def choice_of(grant: GrantView, facts: Mapping[str, Any]) -> Choice:
    """Return the grant as it stands with what was asked for added to it."""
    scopes = (
        *grant.scopes,
        *(name for name in facts.get("scopes", ()) if name not in grant.scopes),
    )
    end = grant.not_after
    if "end" in facts:
        end = None if facts["end"] is None else datetime.fromtimestamp(facts["end"], UTC)
    return Choice(scopes, facts.get("since", "now"), end)


def follow_keys(db: Session, keyring: Keyring, now: datetime) -> None:
    """Take note of the keys that therapists announced since, and commit that."""
    if reader_keys.follow(db, keyring, now=now):
        db.commit()


def widens(grant: GrantView, choice: Choice) -> bool:
    """Tell whether somebody could read more, or for longer, than before."""
    adds = not set(choice.scopes) <= grant.scopes.keys()
    before, after = grant.not_after, choice.not_after
    return adds or (before is not None and (after is None or after > before))
