"""GET /help-now: it works for everybody, at any time."""

import re
from datetime import date

import pytest

from journal import create_app
from journal.features.safety import help_lines

ADDRESS = re.compile(r'href="((?:tel|sms):[^"]+)"')


def test_it_answers_who_is_signed_out_with_calls(client):
    page = client.get("/help-now")
    assert page.status_code == 200
    calls = ADDRESS.findall(page.text)
    assert {"tel:988", "sms:988", "tel:3114", "tel:911", "tel:112"} == set(calls)


def test_it_is_the_same_for_everybody_and_may_be_kept(client):
    first = client.get("/help-now")
    client.set_cookie("session", "A" * 43, domain="127.0.0.1")
    second = client.get("/help-now")
    assert first.data == second.data
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" not in first.headers.get("Vary", "")
    assert "Set-Cookie" not in first.headers


def test_a_line_that_was_changed_is_shown_at_once_and_else_nothing_is_sent_twice(client, settings):
    """Red when a browser may show the page for a day without asking."""
    mark = {"If-None-Match": client.get("/help-now").headers["ETag"]}
    same = client.get("/help-now", headers=mark)
    assert (same.status_code, same.data) == (304, b"")
    assert client.get("/sw.js", headers=mark).status_code == 200
    line = help_lines.HelpLine("crisis", "55509", ("call",), date(2026, 11, 2), "The night line")
    help_lines.keep(settings.instance_path, (help_lines.Country("US", (line,)),))
    assert "tel:55509" in client.get("/help-now", headers=mark).text


def test_it_answers_while_the_database_is_away(client, settings):
    (settings.instance_path / "journal.sqlite3").unlink(missing_ok=True)
    client.set_cookie("session", "A" * 43, domain="127.0.0.1")
    assert client.get("/help-now").status_code == 200


def test_it_says_what_nobody_has_verified(client, settings):
    page = client.get("/help-now").text
    assert help_lines.directory(settings.instance_path).lines()
    assert page.count("this clinic has not verified it yet") == 1


def test_it_says_when_the_clinic_verified_a_line(client, settings):
    line = help_lines.HelpLine("crisis", "988", ("call",), date(2026, 11, 2), "The night line")
    help_lines.keep(settings.instance_path, (help_lines.Country("US", (line,)),))
    page = client.get("/help-now").text
    assert "2 November 2026" in page
    assert "The night line" in page
    assert "not verified" not in page


def test_the_clinics_own_line_stands_first(settings):
    app = create_app(settings.model_copy(update={"clinic_phone": "+43 1 234 56"}))
    calls = ADDRESS.findall(app.test_client().get("/help-now").text)
    app.extensions["journal"].database.dispose()
    assert calls[0] == "tel:+43123456"


@pytest.mark.parametrize(
    "change",
    [
        {"number": "call us"},
        {"kind": "friend"},
        {"ways": []},
        {"ways": ["fax"]},
        {"verified_on": "last year"},
        {"name": "two\nlines"},
    ],
)
def test_a_line_that_is_not_right_is_refused(change):
    line = {"kind": "crisis", "number": "988", "ways": ["call"], "verified_on": "", **change}
    with pytest.raises(ValueError):  # noqa: PT011 - its words are for whoever edits the file
        help_lines.load([{"country": "US", "lines": [line]}])
