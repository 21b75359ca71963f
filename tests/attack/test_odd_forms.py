"""Somebody sends every form odd things: never a 500, and what was typed is still there.

Red when a field's `read` raises anything but ValueError, a view trusts a field that the form did
not send, `tidy_text` lets a NUL through to PostgreSQL, or a refused form is drawn empty.
"""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import MultiDict

from tests.town import Town
from tests.visitors import Form, Visitor, read

CALM = {200, 303, 400, 404, 409, 413, 422, 429}
SECRET = {"password", "new_password", "csrf_token", "kept"}
# Nobody types these; a fresh one may take the place of what can't be read.
HIDDEN = {"client_id", "version", "came_from", "zone", "next", "grant"}
PICKED = {"scopes", "since", "audience"}
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


def forms(town: Town) -> list[tuple[Visitor, Form]]:
    """Return every form that stands on some page, each with who sees it; destroyers come last."""
    entry, grant = f"/entries/{town['private']}", f"/sharing/{town['grant']}"
    found: dict[str, tuple[Visitor, Form]] = {}
    for visitor, paths in (
        (town.stranger, ("/sign-in", "/recovery", town["link"])),
        (town.ana, ("/today", "/check-ins/new", f"/check-ins/{town['check_in']}/edit")),
        (town.ana, ("/entries", "/entries/new", entry, f"{entry}/edit", grant)),
        (town.ana, (f"/entries/{town['shared']}", f"{grant}/revocation", "/account")),
        (town.ana, ("/account/password", "/account/recovery-kit", "/account/devices")),
        (town.tess, ("/caseload", "/caseload/invitations/new", "/account")),
        (town.tess, (f"/caseload/invitations/{town['invitation']}",)),
    ):
        for path in paths:
            for form in visitor.page(path).forms:
                if form.method == "post" and "sign-out" not in form.action:
                    found.setdefault(f"{form.action}{path == '/today'}", (visitor, form))
    draft = Form(f"/drafts/{town['draft']}", "post", names={"title", "body", "tags", "audience"})
    draft.fields = [("csrf_token", town.ana.token)]
    every = [*found.values(), (town.ana, draft)]
    ends = ("deletion", "revocation", "withdrawal")
    return sorted(every, key=lambda one: (one[1].action.endswith(ends), one[1].action))


def typed_in(form: Form) -> set[str]:
    return form.names - SECRET - HIDDEN - PICKED


def tidied(text: str) -> str:
    """Return what of a text is left as one line, as lenient as the fields are."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())


def test_there_are_forms_to_try(town: Town) -> None:
    found = forms(town)
    assert len(found) > 16
    assert sum(len(form.names) for _, form in found) > 70


@pytest.mark.parametrize("name", ODD)
def test_an_odd_text_in_every_field_is_taken_or_refused_kindly(town: Town, name: str) -> None:
    odd = ODD[name]
    for visitor, form in forms(town):
        typed = dict.fromkeys(form.names - {"csrf_token"}, odd)
        answer = visitor.client.post(form.action, data=form.filled(**typed))
        assert answer.status_code in CALM, (form.action, answer.status_code)
        if answer.status_code == 422 and "json" not in answer.mimetype:
            shown = [tidied(value) for value in read(answer).values]
            lost = [field for field in typed_in(form) if tidied(odd) not in shown]
            assert lost == [], form.action
    for visitor, path in (
        (town.ana, "/entries"),
        (town.ana, "/check-ins"),
        (town.tess, "/caseload"),
    ):
        assert visitor.get(path).status_code == 200


@pytest.mark.parametrize("name", ["control", "date"])
def test_an_odd_text_in_one_field_at_a_time_breaks_nothing(town: Town, name: str) -> None:
    for visitor, form in forms(town):
        for field in sorted(form.names - {"csrf_token"}):
            answer = visitor.client.post(form.action, data=form.filled(**{field: ODD[name]}))
            assert answer.status_code in CALM, (form.action, field, answer.status_code)


def test_a_form_with_nothing_but_its_token_breaks_nothing(town: Town) -> None:
    for visitor, form in forms(town):
        answer = visitor.client.post(form.action, data={"csrf_token": visitor.token})
        assert answer.status_code in CALM, form.action


def test_missing_and_doubled_fields_break_nothing(town: Town) -> None:
    for visitor, form in forms(town):
        for field in sorted(form.names - {"csrf_token"}):
            fewer = form.filled()
            fewer.pop(field, None)
            doubled = form.filled(**{field: ["seven", "", "8", "\x00"]})
            renamed = form.filled(**{f"{field}[]": "x", f"{field}[0]": "x", f"{field}.x": "y"})
            for sent in (fewer, doubled, renamed):
                answer = visitor.client.post(form.action, data=sent)
                assert answer.status_code in CALM, (form.action, field, answer.status_code)


def test_a_megabyte_in_any_field_breaks_nothing_and_is_not_lost(town: Town) -> None:
    big = "wisp " * 200_000
    for visitor, form in forms(town):
        for field in sorted(
            typed_in(form) & {"body", "note", "title", "name", "kit", "email", "tags"}
        ):
            answer = visitor.client.post(form.action, data=form.filled(**{field: big}))
            assert answer.status_code in CALM, (form.action, field)
            if answer.status_code == 422 and "json" not in answer.mimetype:
                assert any(len(value) > 990_000 for value in read(answer).values), (
                    form.action,
                    field,
                )


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
    for grant in (
        f"/patients/{town['grant']}?before=",
        f"/patients/{town['grant']}/check-ins?days=",
    ):
        for text in odd[::3]:
            said = quote(text[:2000], safe="", errors="surrogatepass")
            assert town.tess.get(grant + said).status_code in CALM
