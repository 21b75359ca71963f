"""What a phone sealed while it was typed and could not be saved: a draft again, never more.

A phone that somebody else holds may add words here. It must not take any away: what an arrival
stands over has to stand in it, and what differs gets a place of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from journal.core import open_pages, records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.records import Opened
from journal.features.entries import drafts
from journal.features.entries.drafts import Draft
from journal.features.entries.leaf import Leaf, Sent, sent


def put(db: Session, keyring: Keyring, fields: Mapping[str, str], now: datetime) -> bool:
    """Put aside what a page's script sealed; False when all of it is here already.

    fields: those of a draft, and in `of` the record that the words were typed for, if it is
    no entry. ValueError for what no page sends.
    """
    typed = MultiDict(fields)
    page, draft = sent(typed, UUID(fields.get("client_id", ""))), drafts.read(typed)
    if draft.empty or drafts.arrived(db, keyring, page) or _kept(db, keyring, page, draft, fields):
        return False
    there = drafts.found(db, keyring, page.leaf)
    if open_pages.leaps(page.turn, there.turn if there else 0) or (
        there is not None and not _holds(draft, there.draft)
    ):
        page = Sent(_beside(page), page.turn)
        if drafts.found(db, keyring, page.leaf) is not None:
            return False
    drafts.put(db, keyring, page, draft, now=now)
    _go_on(db, keyring, page, draft)
    return True


def _kept(
    db: Session, keyring: Keyring, page: Sent, draft: Draft, fields: Mapping[str, str]
) -> bool:
    of = UUID(fields["of"]) if fields.get("of") else page.leaf.client_id
    record = _opened(db, keyring, of)
    if record is None:
        return False
    if draft.version:
        # Changes: words that were only taken away stand in what is there, and are no less new.
        return (record.content.get("title"), record.content.get("body")) == (
            draft.title,
            draft.body,
        )
    return _says(record, draft.body) and ("of" in fields or _says(record, draft.title))


def _opened(db: Session, keyring: Keyring, record_id: UUID) -> Opened | None:
    try:
        return records.open_as_owner(db, keyring, record_id)
    except NotFound:
        return None


def _says(record: Opened, words: str) -> bool:
    texts = [value for value in record.content.values() if isinstance(value, str)]
    return any(words.strip() in text for text in texts)


def _holds(newer: Draft, older: Draft) -> bool:
    """Tell whether every word of the older one stands in the newer one."""
    pairs = ((newer.body, older.body.strip()), (newer.title, older.title), (newer.tags, older.tags))
    return all(old in new for new, old in pairs)


def _beside(page: Sent) -> Leaf:
    # The same for the same words, so that an arrival whose answer was lost stays one.
    return Leaf(page.leaf.client_id, uuid5(page.leaf.page, f"beside {page.turn}"))


def _go_on(db: Session, keyring: Keyring, page: Sent, draft: Draft) -> None:
    """Take the place of the draft that this page went on from, where all of it stands here."""
    before = page.continues
    there = drafts.found(db, keyring, before.leaf) if before else None
    if there is not None and _holds(draft, there.draft):
        drafts.take_over(db, keyring, page)
