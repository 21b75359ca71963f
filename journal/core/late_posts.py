"""What was typed into a form whose session had ended, sealed for its own account only."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from uuid import UUID

from journal.core.errors import NotFound
from journal.crypto import envelope, primitives
from journal.crypto.context import Context, Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from journal.crypto.sitekey import SiteKey

HEAD = 4 + 16  # the site key's version, the session's id


def seal(site: SiteKey, account_id: UUID, cookie: str, payload: bytes) -> str:
    """Seal a payload to the account whose session the cookie was; base64url text for a form.

    No key of the account is open at this moment, so the site key has to do: the text travels in
    the page and is never stored.
    """
    session_id = UUID(bytes=primitives.sha256(cookie.encode())[:16])
    key = site.derive("late", site.current)
    sealed = envelope.seal(key, payload, _context(account_id, session_id))
    head = site.current.to_bytes(4, "big") + session_id.bytes
    return base64.urlsafe_b64encode(head + sealed).rstrip(b"=").decode()


def open_(site: SiteKey, account_id: UUID, text: str) -> bytes:
    """Return the payload; NotFound when it is another account's, or no such text at all."""
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        version, session_id = int.from_bytes(found[:4], "big"), UUID(bytes=found[4:HEAD])
        key = site.derive("late", version)
        return envelope.open_(key, found[HEAD:], _context(account_id, session_id))
    except (CryptoError, binascii.Error, ValueError, KeyError) as error:
        raise NotFound("late post") from error


def _context(account_id: UUID, session_id: UUID) -> Context:
    return context(Label.LATE_POST, owner=account_id, object=session_id)
