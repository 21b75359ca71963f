"""What the next page says first, kept in the browser: so nothing of a person stands in it."""

from uuid import UUID

from flask import session

JUST_KEPT = "kept"


def note_kept(record_id: UUID) -> None:
    """Remember which entry was just kept, so that its page can say who reads it."""
    session[JUST_KEPT] = str(record_id)


def just_kept(record_id: UUID) -> bool:
    """Tell, once, whether this is the entry that was just kept."""
    return bool(session.pop(JUST_KEPT, "") == str(record_id))
