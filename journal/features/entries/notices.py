"""What the next page says first, kept in the browser: so nothing of a person stands in it."""

from typing import Any
from uuid import UUID

from flask import flash, session

JUST_KEPT = "kept"


def offer_undo(text: str, action: str) -> None:
    """Say what was done, with a button that takes it back."""
    message: Any = {"text": text, "action": action}
    flash(message, "undo")


def note_kept(record_id: UUID) -> None:
    """Remember which entry was just kept, so that its page can say who reads it."""
    session[JUST_KEPT] = str(record_id)


def just_kept(record_id: UUID) -> bool:
    """Tell, once, whether this is the entry that was just kept."""
    return bool(session.pop(JUST_KEPT, "") == str(record_id))
