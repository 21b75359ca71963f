"""Every form, filled in as oddly as chance wishes: never a 5xx, and what was typed is still there.

Red when a view trusts a field, when a NUL or a lone surrogate reaches the database or a page, or
when a refused form forgets one of its fields. Every try meets the same clinic: what one changed is
rolled back before the next.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal.web.fields import split_tags
from journal.web.late_post import NEVER_KEPT
from tests.hardening import clinic, odd_posts, walk
from tests.hardening.undone import Undone, undone
from tests.people import PASSWORD
from tests.town import email
from tests.visitors import Visitor, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.hardening.odd_posts import Odd, Sent
    from tests.hardening.walk import Found
    from tests.town import Town
    from tests.visitors import Form, Page

__all__ = ["undone"]

TRIES = 20_000 if clinic.LONG else 300
CALM = {200, 303, 400, 401, 404, 409, 413, 422, 429}
REFUSED, SAVED, UNKNOWN = {409, 422, 429}, 303, 401
NO_TEXT = {
    "button",
    "csrf_token",
    "hidden",
    "password",
    "submit",
}  # nobody types these, or sees them again
PICKED = {"checkbox", "radio", "select"}
# Where words that were taken are seen again, in a form of the same fields.
SEEN_AGAIN = {
    "entries.create": lambda answer, found: f"{answer.location}/edit",
    "entries.save": lambda answer, found: f"{answer.location}/edit",
    "checkins.change": lambda answer, found: found.form.action,
    "accounts.profile": lambda answer, found: answer.location,
}
DISCARDS = re.compile(r"/drafts/[-\w]+/deletion")
WORDS = {"body", "note", "title", "name", "tags"}  # not rewritten by being read, as numbers are


@dataclass(frozen=True)
class Try:
    """One form sent in one odd way, and what came back."""

    found: Found
    odd: Odd
    sent: Sent
    answer: TestResponse
    visitor: Visitor


def test_the_walk_shows_most_forms(town: Town) -> None:
    shown = {found.endpoint for found in walk.forms(town) if found.form.fields}
    takers = walk.takers(town.app)
    # Others stand only before who began anew, leaves, met an older database or set up a phone.
    assert len(takers - shown) <= len(takers) // 3, takers - shown


def test_odd_forms(town: Town, undone: Undone) -> None:
    seed = int(os.environ.get("SEED") or (random.randrange(2**32) if clinic.LONG else 3))
    chance, wrong, statuses = random.Random(seed), Counter[str](), Counter[int]()
    forms = walk.forms(town)
    for number in range(TRIES):
        found = forms[number % len(forms)]
        odd = chance.choices(odd_posts.ODD, [one.weight for one in odd_posts.ODD])[0]
        with undone.undo():
            tried = attempt(chance, found, odd)
            statuses[tried.answer.status_code] += 1
            wrong.update(f"{found.who} {found.endpoint}, {odd.name}: {said}" for said in ill(tried))
    clinic.tell(f"{TRIES} tries at {len(forms)} forms, seed {seed}: {dict(statuses)}")
    assert not wrong, "\n".join([f"seed {seed}", *(f"{n} x {said}" for said, n in wrong.items())])


def attempt(chance: random.Random, found: Found, odd: Odd) -> Try:
    """Send one form once, in a browser of its own with the same cookies."""
    visitor = found.visitor.copy()
    sent = odd.fill(chance, found.form, found.visitor.token)
    if found.form.method == "get":
        query = sent.body[:20_000].decode("latin-1")
        return Try(found, odd, sent, visitor.get(found.form.action, query_string=query), visitor)
    if odd.late:
        found.visitor.copy().post("/sign-out")
    kind = {"content_type": sent.content_type} if sent.content_type else {}
    answer = visitor.client.post(found.form.action, data=sent.body, **kind)
    return Try(found, odd, sent, answer, visitor)


def ill(tried: Try) -> Iterator[str]:
    """Yield what is wrong with an answer."""
    status = tried.answer.status_code
    if status not in CALM:
        yield str(status)
    if not tried.odd.keeps or tried.found.form.method == "get":
        return
    if tried.answer.mimetype != "text/html" and status != SAVED:
        return  # to a script, which keeps what it sent
    if status in REFUSED:
        yield from (f"{status} lost {name}" for name in lost(tried, read(tried.answer)))
    if status == UNKNOWN:
        gone = [name for name in lost(tried, given_back(tried)) if name not in NEVER_KEPT]
        yield from (f"late and lost {name}" for name in gone)
    if status == SAVED and tried.found.endpoint in SEEN_AGAIN:
        page = seen_again(tried)
        # Beside a draft that the post did not name, the saved words stand as text.
        gone = [name for name in lost(tried, page) if name in WORDS]
        yield from (f"saved without {name}" for name in gone if not tells(page, tried, name))


def given_back(tried: Try) -> Page:
    """Sign in again on the page that came back; return the one with what was typed."""
    page = read(tried.answer)
    who = {"email": email(tried.found.who), "password": PASSWORD}
    answer = tried.visitor.client.post("/sign-in", data=page.form("/sign-in").filled(**who))
    assert answer.status_code == 200, answer.status_code
    return read(answer)


def seen_again(tried: Try) -> Page:
    """Return the page on which what was saved is changed, once other pages' drafts are gone."""
    path = SEEN_AGAIN[tried.found.endpoint](tried.answer, tried.found)
    page = tried.visitor.page(path)
    while drafts := [form for form in page.forms if DISCARDS.match(form.action)]:
        answer = tried.visitor.client.post(drafts[0].action, data=drafts[0].filled())
        assert answer.status_code == SAVED
        page = tried.visitor.page(path)
    return page


def lost(tried: Try, page: Page) -> Iterator[str]:
    """Yield the fields whose text does not stand in the same field of the page."""
    shown: dict[str, list[str]] = {}
    for form in page.forms:
        for name, value in form.fields:
            shown.setdefault(name, []).append(value)
    for name, texts in tried.sent.texts.items():
        kind = tried.found.form.kinds.get(name, "")
        if not kind or kind in NO_TEXT or name == "csrf_token":
            continue
        if not stands(name, kind, texts, shown.get(name, []), tried.found.form):
            yield name


def tells(page: Page, tried: Try, name: str) -> bool:
    """Tell whether the page shows outside its fields what was typed into one."""
    texts = tried.sent.texts[name]
    typed = split_tags(texts) if name == "tags" else texts[:1]
    return all(legible(text) in legible(page.text) for text in typed)


def stands(name: str, kind: str, texts: list[str], shown: list[str], form: Form) -> bool:
    """Tell whether a field still holds what was typed; of a doubled one, what was typed first."""
    if name == "tags":
        return {legible(tag) for tag in split_tags(texts)} <= {
            legible(tag) for tag in split_tags(shown)
        }
    if kind in PICKED:
        return True
    return legible(texts[0]) in ["", *(legible(text) for text in shown)]


def legible(text: str) -> str:
    """Return what of a text can be read, without the spaces that a field may tidy away."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())
