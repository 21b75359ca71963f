"""What a patient wrote last."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from journal.core import records
from journal.core.keyring import Keyring
from journal.web import readers
from journal.web.markdown import markdown

ENTRY = "entry"
WRITTEN_INTO = ("private", "journal")  # the scopes that entries lie in
LOOKED_AT = 5  # the newest may not open; the one before it will do
EXCERPT = 180  # characters
READ = 2_000  # characters of Markdown that hold an excerpt


def last_words(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any]:
    """Return the newest entry's title, first words, time and readers; `id` None without one."""
    page = records.newest_as_owner(
        db, keyring, scopes_named=WRITTEN_INTO, kind=ENTRY, limit=LOOKED_AT
    )
    entry = next((opened for opened in page.items if opened.readable), None)
    if entry is None:
        return {"id": None}
    return {
        "id": entry.id,
        "title": entry.content.get("title", ""),
        "excerpt": excerpt(entry.content.get("body", "")),
        "occurred_at": entry.occurred_at,
        "readers": readers.of_record(db, keyring, entry.id, now=now),
    }


def excerpt(body: str) -> str:
    """Return the first words of a Markdown text, without its marks."""
    words = markdown(body[:READ]).striptags()
    if len(words) <= EXCERPT:
        return words
    return words[:EXCERPT].rsplit(" ", 1)[0] + "…"
