"""What is typed into any form is kept while its page is open, and gone once the form is saved.

A form takes part by one macro, `parts.keeps_words()`; the script that sends its words is the one
that keeps the drafts of entries.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from flask import current_app, request
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from journal.core import open_pages, unfinished
from journal.core.errors import CoreError
from journal.core.unfinished import (
    LONGEST_ADDRESS,
    LONGEST_TITLE,
    Field,
    Mark,
    Sent,
    Unfinished,
    Words,
)
from journal.db import session
from journal.web import cards, inbox, logging, paths
from journal.web.audience import audience_of
from journal.web.forms import tidy_line, tidy_text
from journal.web.late_post import NEVER_KEPT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask import Flask, Response
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

BLUEPRINT = "words"
MOST_TURNS = 10**12
MOST_FIELDS, LONGEST_TOLD = 1000, 120
DONE = 303
HERE = "/"  # its script knows where that is, and no page need weigh as much as its address


class OwnPage(NamedTuple):
    """What a page's form says of itself: id and address, and how often it was sent."""

    page: UUID
    at: str
    turn: int


def register(app: Flask) -> None:
    """Take in what phones sealed, settle what is saved, and give templates what they show."""
    inbox.register(unfinished.KIND, arrive)
    inbox.after_forms(_settle_sealed)
    cards.register(CARD)
    app.after_request(_settle)
    app.jinja_env.globals |= {
        "own_page": own_page,
        "kept_here": kept_here,
        "unfinished_forms": unfinished_forms,
    }


def read(fields: Mapping[str, str], role: str) -> tuple[Sent, Words]:
    """Return what a page's script sent; ValueError for what none of our pages sends."""
    at, turn = fields.get("at", ""), _turn(fields.get("turn", ""))
    if turn is None or not _may_open(at, role):
        raise ValueError("no page of this account's")
    sent = Sent(UUID(fields.get("page", "")), turn, _mark(fields.get("continues", "")))
    title = (tidy_line(fields.get("title")) or "")[:LONGEST_TITLE]
    return sent, Words(at, title, _typed(fields.get("typed", "")))


def arrive(db: Session, keyring: Keyring, fields: Mapping[str, str], now: datetime) -> bool:
    """Keep what a page's script sealed on a phone; False when all of it is here already.

    Whoever holds the phone may add words here and must not take any away: what they stand over
    has to stand in them, what differs gets a place of its own, and nothing makes room for them.
    """
    sent, words = read(fields, keyring.role)
    if words.empty or unfinished.arrived(db, keyring, sent):
        return False
    there = unfinished.found(db, keyring, sent.page)
    if open_pages.leaps(sent.turn, there.turn if there else 0) or (
        there is not None and not words.holds(there.words)
    ):
        # The same for the same words, so that an arrival whose answer was lost stays one.
        sent = Sent(uuid5(sent.page, f"beside {sent.turn}"), sent.turn)
        there = unfinished.found(db, keyring, sent.page)
        if there is not None or unfinished.arrived(db, keyring, sent):
            return False
    if words.size > unfinished.LARGEST or (there is None and unfinished.is_full(db, keyring)):
        raise ValueError("no room among the unfinished")
    unfinished.put(db, keyring, sent, words, now=now)
    return True


def of_form(fields: Mapping[str, str]) -> OwnPage | None:
    """Return what a posted form says of its page, None where it has no words kept."""
    text, turn = fields.get("page", ""), _turn(fields.get("turn", ""))
    page, at = text[:36], text[36:]
    with suppress(ValueError):
        if turn is not None and at:
            return OwnPage(UUID(page), at, turn)
    return None


def own_page(at: str = HERE) -> OwnPage:
    """Return what this page's form is to say: the same that it said, where it comes back.

    at: the address where its words are to be shown again, if that is another one.
    """
    posted = of_form(request.form) if request.method == "POST" else None
    if posted is not None and paths.safe_path(posted.at):
        return posted
    return OwnPage(new_page(current_user.keyring.account_id), at, 0)


def new_page(account_id: UUID, half: bytes = b"") -> UUID:
    """Return the id of a page just opened, the first half by chance: it tells whose page it is."""
    half = half or uuid4().bytes[:8]
    return UUID(bytes=half + uuid5(account_id, half.hex()).bytes[:8])


def is_of(page: UUID, account_id: UUID) -> bool:
    """Tell whether a page was shown to this account.

    A tab outlives its session: what it still holds must not go to whoever signs in next here.
    """
    return page == new_page(account_id, page.bytes[:8])


def kept_here() -> list[Unfinished]:
    """Return what was typed at this address and not saved, the latest first."""
    if request.method == "POST" or not current_user.is_authenticated:
        return []
    return unfinished.every(session(), current_user.keyring, paths.here())


def card(db: Session, keyring: Keyring, now: datetime) -> dict[str, int] | None:
    """Return how many forms wait to be finished and how many made room, None for neither."""
    many, gone = unfinished.count(db, keyring), len(unfinished.made_room(db, keyring, now))
    return {"many": many, "gone": gone} if many or gone else None


CARD = cards.Card("kept words", 7, card, "words/_card.html", part=cards.LINES)


def unfinished_forms() -> int:
    """Return how many forms wait to be finished."""
    if not current_user.is_authenticated:
        return 0
    return unfinished.count(session(), current_user.keyring)


def _settle(answer: Response) -> Response:
    """Erase a page's words once its form was saved, which every form of ours answers with 303.

    Not in the commit that saves: a form that never sent words ahead costs nothing here, and what a
    crash in between leaves is a line too many under Unfinished, never a word too few.
    """
    own = of_form(request.form) if request.method == "POST" and answer.status_code == DONE else None
    if not own or not own.turn or request.blueprint == BLUEPRINT:
        return answer
    if not current_user.is_authenticated:
        return answer
    db = session()
    try:
        unfinished.settle(db, current_user.keyring, Sent(own.page, own.turn))
        db.commit()
    except (CoreError, OperationalError) as error:
        # The form is saved: its answer must not say otherwise.
        db.rollback()
        logging.failure(error)
    return answer


def _settle_sealed(db: Session, keyring: Keyring, fields: Mapping[str, str]) -> None:
    """Erase the words of a page whose form came from a phone, where all of them stand in it.

    Up to the turn that is here: whoever holds the phone must not end a page by a turn of their own.
    """
    own = of_form(fields)
    there = unfinished.found(db, keyring, own.page) if own else None
    if there and all(one.value.strip() in fields.get(one.name, "") for one in there.words.fields):
        unfinished.settle(db, keyring, Sent(there.page, there.turn))


def _may_open(at: str, role: str) -> bool:
    """Tell whether it is an address of a page that such an account may open."""
    if len(at) > LONGEST_ADDRESS or paths.safe_path(at) is None:
        return False
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(at).path, "GET")
    except HTTPException:
        return False
    return audience_of(current_app, endpoint) in ("signed-in", role)


def _typed(text: str) -> tuple[Field, ...]:
    try:
        found = json.loads(text)
    except RecursionError as error:
        # Sealed on a phone, it would keep its owner out of her journal at every sign-in.
        raise ValueError("no fields") from error
    if not isinstance(found, list) or len(found) > MOST_FIELDS:
        raise ValueError("no fields")
    fields = [_field(parts) for parts in found]
    return tuple(field for field in fields if field.name and field.name not in NEVER_KEPT)


def _field(parts: object) -> Field:
    if not isinstance(parts, list) or not 2 <= len(parts) <= len(Field._fields):
        raise ValueError("no field")
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("a field with something that is no text")
    name, value, *told = (_sound(part) for part in parts)
    said = [(tidy_line(part) or "")[:LONGEST_TOLD] for part in told]
    return Field(tidy_line(name) or "", tidy_text(value) or "", *said)


def _sound(text: str) -> str:
    # Half an emoji, cut by a keyboard, is no Unicode: no page could show it.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _turn(text: str) -> int | None:
    counted = text.isascii() and text.isdigit() and len(text) < len(str(MOST_TURNS))
    return int(text) if counted else None


def _mark(text: str) -> Mark | None:
    page, _, turn = text.partition(" ")
    with suppress(ValueError):
        return Mark(UUID(page), int(turn))
    return None
