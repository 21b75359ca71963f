"""Somebody sends every form odd things: never a 500, and what was typed is still there.

Red when a field's `read` raises anything but ValueError, a view trusts a field that the form did
not send, `tidy_text` lets a NUL through to PostgreSQL, a refused form is drawn empty, or
`csrf._get_csrf_token` looks through every field.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.hardening import clinic, walk
from tests.hardening.undone import Undone, undone
from tests.hardening.walk import Found
from tests.town import Town
from tests.visitors import Form, read

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["undone"]

T = TypeVar("T")

CALM = {200, 303, 400, 404, 409, 413, 422, 429}
SECRET = {"password", "new_password", "csrf_token", "kept"}
# Nobody types these; a fresh one may take the place of what can't be read.
HIDDEN = {"client_id", "version", "came_from", "next", "grant", "page", "turn", "continues"}
HIDDEN |= {"questionnaire"}
PICKED = {"scopes", "since", "audience", "later"}
LONG = {"body", "note", "title", "name", "kit", "email", "tags"}
ODD = {
    "empty": "",
    "spaces": "  \t \u3000 ",
    "words": "seven loud geese",
    "control": "a\x00b\x01c\x08d\x1be\x7ff\x85g\x9fh",
    "emoji": "\U0001f469\U0001f3fd\u200d\U0001f33e \U0001fae7 \U0001f1e6\U0001f1f9 z\u0335\u0321",
    "right to left": "\u202e\u05e9\u05dc\u05d5\u05dd \u2066\u0633\u0644\u0627\u0645\u2069 abc",
    "number": "-1",
    "huge number": "9" * 400,
    "not a number": "NaN",
    "infinity": "1e999",
    "other digits": "\u0661\u0662\u0663",
    "date": "9999-12-31T23:59",
    "first date": "0001-01-01T00:00",
    "bad date": "2026-02-30T25:61",
    "a uuid": "00000000-0000-4000-8000-000000000000",
    "format": "%(name)s %s {0} {x.__class__} ${y}",
    "path": "../../etc/passwd",
    "sql": "'; DROP TABLE records; --",
    "json": '{"a": [1, null]}',
    "commas": ",,, ,a,,b,",
    "many lines": "\r\n\r\r\n\n\u2028\u2029" * 50,
    "noncharacters": "\ufffe\uffff\U0010ffff\ufeff",
    "long": "wisp " * 4_000,
}


@pytest.fixture
def found(town: Town) -> list[Found]:
    """One form of each kind that has more to fill in than its token."""
    every = [found for found in walk.forms(town, 1) if found.form.method == "post"]
    return [found for found in every if len(found.form.names) > 1]


def typed_in(form: Form) -> set[str]:
    names = form.names - SECRET - HIDDEN - PICKED
    return {name for name in names if not name.startswith("answer-")}


def tidied(text: str) -> str:
    """Return what of a text is left as one line, as lenient as the fields are."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())


def send(undone: Undone, found: Found, filled: object) -> TestResponse:
    """Send a form in a browser of its own, to a clinic that forgets it at once."""
    with undone.undo():
        answer = found.visitor.copy().client.post(found.form.action, data=filled)
    assert answer.status_code in CALM, (found.form.action, answer.status_code, filled)
    return answer


def some(of: Sequence[T], at: int, count: int) -> Sequence[T]:
    """Return all of them in a hardening run, else so many: for each form the next ones."""
    if clinic.LONG or count >= len(of):
        return of
    return [of[(at * count + step) % len(of)] for step in range(count)]


def test_an_odd_text_in_every_field_is_taken_or_refused_kindly(
    undone: Undone, found: list[Found]
) -> None:
    texts = list(ODD.items())
    tried = [(odd, one) for at, odd in enumerate(found) for one in some(texts, at, 6)]
    for odd, (name, text) in tried:
        typed = dict.fromkeys(odd.form.names - {"csrf_token"}, text)
        answer = send(undone, odd, odd.form.filled(**typed))
        if answer.status_code == 422 and "json" not in answer.mimetype:
            shown = [tidied(value) for value in read(answer).values]
            lost = [field for field in typed_in(odd.form) if tidied(text) not in shown]
            assert lost == [], (odd.form.action, name)


def test_what_was_taken_is_listed_calmly(town: Town) -> None:
    for text in ODD.values():
        town.ana.submit("/entries/new", title=text, body=text, tags=text, occurred_at=text)
        town.ana.submit("/check-ins/new", mood="7", note=text, tags=text)
        town.tess.submit("/caseload/invitations/new", label=text)
    for path in ("/entries", "/check-ins", "/today", "/trends"):
        assert town.ana.get(path).status_code == 200
    assert town.tess.get("/caseload").status_code == 200


def test_missing_and_doubled_fields_break_nothing(undone: Undone, found: list[Found]) -> None:
    for at, odd in enumerate(found):
        every = sorted(walk.one_of_each(odd.form.names - {"csrf_token"}))
        for field in some(every, at, 3):
            fewer = odd.form.filled()
            fewer.pop(field, None)
            send(undone, odd, fewer)
            send(undone, odd, odd.form.filled(**{field: ["seven", "", "8", "\x00"]}))
            renamed = {f"{field}[]": "x", f"{field}[0]": "x", f"{field}.x": "y"}
            send(undone, odd, odd.form.filled(**renamed))


def test_a_megabyte_in_any_field_breaks_nothing_and_is_not_lost(
    undone: Undone, found: list[Found]
) -> None:
    big = "wisp " * 200_000
    for odd in found:
        for field in sorted(typed_in(odd.form) & LONG):
            answer = send(undone, odd, odd.form.filled(**{field: big}))
            if answer.status_code == 422 and "json" not in answer.mimetype:
                kept = any(len(value) > 990_000 for value in read(answer).values)
                assert kept, (odd.form.action, field)


def test_more_than_the_limit_is_refused_with_a_page(town: Town) -> None:
    answer = town.ana.post("/entries/new", body="x" * (9 * 1024 * 1024))
    assert answer.status_code == 413
    assert "<main" in answer.text
    many = MultiDict([(f"field{at}", "x") for at in range(2000)])
    many["csrf_token"] = town.ana.token
    assert town.ana.client.post("/entries/new", data=many).status_code in CALM


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_bytes_that_are_no_text_break_nothing(town: Town, kind: str) -> None:
    token = town.ana.token.encode()
    if kind.startswith("multipart"):
        kind += "; boundary=b"
        part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        file = b'; filename="\xff../x.html"'
        body = part % (b"csrf_token", b"", token) + part % (b"body", b"", b"\xff\xfe\xed\xa0\x80")
        body += part % (b"title", file, b"<script>") + part % (b"tags\xff", b"", b"\x00") + b"--b--"
    else:
        body = b"csrf_token=" + token + b"&body=%ff%fe%ed%a0%80%00&title=%c0%80&%ff=%&tags=%u0000"
    for path in ("/entries/new", "/check-ins/new", "/account", f"/drafts/{town['draft']}"):
        answer = town.ana.client.post(path, data=body, content_type=kind)
        assert answer.status_code in CALM, path
    for broken in (b"", b"--b", b"&&&===", b"%" * 500, b"csrf_token"):
        answer = town.ana.client.post("/entries/new", data=broken, content_type=kind)
        assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/sign-in", "/recovery"])
def test_a_file_or_json_in_the_place_of_fields_is_refused_as_empty(town: Town, path: str) -> None:
    stranger = town.stranger
    files = {"email": (BytesIO(b"ana"), "ana.txt"), "csrf_token": stranger.token}
    assert stranger.client.post(path, data=files).status_code == 422
    told = {"X-CSRFToken": stranger.token}
    for body in ([1], {"email": {"a": 1}}, "email"):
        assert stranger.client.post(path, json=body, headers=told).status_code == 422


def test_a_part_without_a_name_is_no_field(town: Town) -> None:
    body = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"
    answer = town.ana.client.post(
        "/entries/new", data=body, content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 400


ADDRESSES = (
    ("ana", "/entries?before={}"),
    ("ana", "/entries?q={0}&tag={0}&from={0}&to={0}&before={0}"),
    ("ana", "/entries/new?draft={}"),
    ("ana", "/check-ins?before={}"),
    ("ana", "/trends?days={}"),
    ("ana", "/sharing/log?page={}"),
    ("ana", "/entries/{}"),
    ("ana", "/account/devices/{}/ending"),
    ("ana", "/sharing/receipts/{}.json"),
    ("tess", "/caseload?q={}"),
    ("tess", "/patients/{}"),
    ("stranger", "/invitations/{}"),
    ("stranger", "/sign-in?next={}"),
    ("stranger", "/assets/{0}/{0}"),
)


@pytest.mark.parametrize(("name", "path"), ADDRESSES)
def test_odd_addresses_break_nothing(town: Town, name: str, path: str) -> None:
    from urllib.parse import quote

    visitor = town.stranger if name == "stranger" else town.people[name]
    odd = [*ODD.values(), "%ff", "MTIz", "AAAAAAAAAAA", "0", "-5", "1" * 25, "365", "\ud800"]
    for text in odd:
        said = quote(text[:2000], safe="", errors="surrogatepass")
        answer = visitor.get(path.format(said))
        assert answer.status_code in CALM | {405, 308}, (path, text[:40])


@pytest.mark.parametrize("asked", ["?before=", "/check-ins?days="])
def test_odd_addresses_of_a_patients_pages_break_nothing(town: Town, asked: str) -> None:
    from urllib.parse import quote

    for text in [*ODD.values(), "%ff", "0", "-5", "1" * 25, "\ud800"]:
        said = quote(text[:2000], safe="", errors="surrogatepass")
        assert town.tess.get(f"/patients/{town['grant']}{asked}{said}").status_code in CALM
