"""What was asked for on the day after a session, put once more: in words, with the way to do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core import consent, invitations, records
from journal.core.errors import InvitationClosed, NotFound
from journal.core.grants import GrantView
from journal.core.keyring import Keyring
from journal.web import soft_window
from journal.web.scope_words import LABELS
from journal.web.soft_window import Intent

# Where one record of a kind is shared by itself: another feature's page, or one of ours.
SHARED_AT = {"entry": "entries.shares"}
SHARED_HERE = "integration.shares"
CHANGED_AT = {"entry": "entries.edit", "intention": "preparation.edit"}
CHANGED_HERE = "integration.edit"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing asked for: in words, and where it is done, "" where it can't be any more.

    posts: it is done by a button, without a page.
    """

    id: str
    at: datetime
    words: str
    address: str
    posts: bool = False


def offers(db: Session, keyring: Keyring, now: datetime) -> list[Offer]:
    """Return what was asked for and can still be done; what it is about may be gone since."""
    intents = soft_window.waiting(db, keyring)
    if not intents:
        return []
    living = {one.id: one for one in consent.all_grants(db, keyring, now=now) if one.live}
    found = (_offer(db, keyring, one, living, now) for one in intents)
    return [one for one in found if one is not None]


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return what Today asks once more, when the window is over."""
    if not soft_window.waiting(db, keyring) or soft_window.open_until(db, keyring, now):
        return None
    found = offers(db, keyring, now)
    return {"offers": found} if found else None


def _offer(
    db: Session, keyring: Keyring, one: Intent, living: Mapping[UUID, GrantView], now: datetime
) -> Offer | None:
    if one.what == soft_window.ACCEPT:
        return _of_invitation(db, one, now)
    if one.what == soft_window.AUDIENCE:
        return _of_audience(db, keyring, one)
    grant = living.get(UUID(one.facts["grant"]))
    if grant is None:
        return None
    if one.what == soft_window.SHARE:
        return _of_share(db, keyring, one, grant)
    address = url_for("sharing.show", grant_id=grant.id, asked=one.id)
    return Offer(one.id, one.at, _changed(one.facts, grant), address)


def _of_invitation(db: Session, one: Intent, now: datetime) -> Offer:
    words = _("accept the invitation of %(name)s", name=one.facts["name"])
    token: str = one.facts["token"]
    try:
        invitations.open_invitation(db, token, now=now)
    except InvitationClosed:
        return Offer(one.id, one.at, words, "")
    return Offer(one.id, one.at, words, url_for("accounts.invitation", token=token))


def _of_audience(db: Session, keyring: Keyring, one: Intent) -> Offer | None:
    record_id, kind = UUID(one.facts["record"]), one.facts["kind"]
    title = _title(db, keyring, record_id, kind)
    if title is None:
        return None
    words = _("let “%(title)s” be read with what you share", title=title)
    address = url_for(CHANGED_AT.get(kind, CHANGED_HERE), record_id=record_id)
    return Offer(one.id, one.at, words, address)


def _of_share(db: Session, keyring: Keyring, one: Intent, grant: GrantView) -> Offer | None:
    record_id, kind = UUID(one.facts["record"]), one.facts["kind"]
    title = _title(db, keyring, record_id, kind)
    if title is None:
        return None
    words = _("share “%(title)s” with %(name)s", title=title, name=grant.reader_name)
    endpoint = SHARED_AT.get(kind, SHARED_HERE)
    address = url_for(endpoint, record_id=record_id, grant=grant.id)
    return Offer(one.id, one.at, words, address, posts=True)


def _title(db: Session, keyring: Keyring, record_id: UUID, kind: str) -> str | None:
    """Return the first words of a record, None for one that is gone."""
    try:
        said = records.open_as_owner(db, keyring, record_id, kind=kind).content
    except NotFound:
        return None
    text = str(said.get("title") or said.get("words") or said.get("body") or "")
    first = text.partition("\n")[0]
    return first if len(first) <= 60 else f"{first[:60].rpartition(' ')[0]} …"


def _changed(facts: Mapping[str, Any], grant: GrantView) -> str:
    named = ", ".join(str(LABELS.get(name, name)) for name in facts.get("scopes", ()))
    if not named:
        return str(_("share with %(name)s for longer", name=grant.reader_name))
    if facts.get("since") == "everything":
        return str(
            _("share %(what)s with %(name)s, all of it so far", what=named, name=grant.reader_name)
        )
    return str(_("share %(what)s with %(name)s", what=named, name=grant.reader_name))
