"""What a patient is told of her phones and of what they sent."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from journal.core import inbox, phones
from journal.core.keyring import Keyring
from journal.db import session


def card(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any] | None:
    """Return how much came after this session began, or could not be read; None for neither."""
    del now
    found = inbox.waiting(db, keyring)
    return found._asdict() if any(found) else None


def phone_ids() -> str:
    """Return the ids of one's own phones, for a page whose script may seal what is typed on it."""
    if current_user.role != "patient":
        return ""
    return " ".join(str(one) for one in phones.ids(session(), current_user.keyring))


def phone_name(phone: Mapping[str, Any]) -> str:
    """Return what the phone of an own record is called, for templates; its id alone is kept there.

    A record is read by others too: the name of a phone is its owner's business.
    """
    if "phone_names" not in g:
        own = phones.phones(session(), current_user.keyring)
        g.phone_names = {one.id: one.label for one in own}
    name = ""
    with suppress(ValueError, KeyError):
        name = g.phone_names.get(UUID(phone["id"]), "")
    return name or str(_("a phone"))
