"""What people type into fields, and what the journal reads."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from journal.web.fields import (
    ChoicesField,
    DecimalField,
    IdField,
    MomentField,
    TagsField,
    WholeField,
    options,
    split_tags,
)
from journal.web.forms import BaseForm, answer_invalid, tidy_line, tidy_text


class AnyForm(BaseForm):
    title = StringField("Title", [InputRequired()])
    body = TextAreaField("Body")
    password = PasswordField("Password")
    mood = WholeField("Mood", [Optional(), NumberRange(0, 10)])
    sleep = DecimalField("Sleep")
    at = MomentField("When")
    client_id = IdField()
    scopes = ChoicesField(
        "Share", choices=options([("check-ins", "Check-ins"), ("journal", "Journal")])
    )
    tags = TagsField("Tags")


def form_of(app: Flask, *pairs: tuple[str, str]) -> AnyForm:
    return AnyForm(MultiDict(pairs), meta={"csrf": False})


@pytest.fixture(autouse=True)
def in_amsterdam(app):
    with app.test_request_context("/", method="POST"):
        g.zone = "Europe/Amsterdam"
        yield


def test_text_loses_control_characters_and_nothing_else(app):
    form = form_of(app, ("title", " a\x00b\tc\r\n "), ("body", " one\r\ntwo\x07\tthree\n"))
    assert form.title.data == "ab c"
    assert form.body.data == " one\ntwo\tthree\n"


def test_a_password_is_left_as_it_was_typed(app):
    assert form_of(app, ("password", " two  words\t")).password.data == " two  words\t"


@given(st.text())
def test_tidy_text_is_stable_and_keeps_what_can_be_seen(text):
    tidied = tidy_text(text)
    assert tidy_text(tidied) == tidied
    assert [c for c in text if c.isalnum()] == [c for c in tidied if c.isalnum()]
    assert "\n" not in tidy_line(text)


@pytest.mark.parametrize(("typed", "read"), [("", None), ("0", 0), (" 7 ", 7), ("-1", -1)])
def test_a_whole_number_is_read(app, typed, read):
    assert form_of(app, ("mood", typed)).mood.data == read


@pytest.mark.parametrize("typed", ["seven", "7.5", "1_0", "1e3", "NaN", "9" * 400])
def test_what_is_no_whole_number_comes_back_as_typed(app, typed):
    form = form_of(app, ("title", "x"), ("mood", typed))
    assert not form.validate()
    assert form.mood.errors
    assert form.mood._value() == typed


@pytest.mark.parametrize(
    ("typed", "read"),
    [("", None), ("7", Decimal(7)), ("7,5", Decimal("7.5")), ("7.25", Decimal("7.25"))],
)
def test_a_decimal_may_have_a_comma(app, typed, read):
    assert form_of(app, ("sleep", typed)).sleep.data == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-11-22T14:05", datetime(2026, 11, 22, 13, 5, tzinfo=UTC)),
        ("2026-07-01 08:00:30", datetime(2026, 7, 1, 6, 0, 30, tzinfo=UTC)),
        ("2026-03-29T02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "skipped in spring", "twice in autumn"],
)
def test_a_moment_is_read_in_the_persons_zone(app, typed, read):
    form = form_of(app, ("at", typed))
    assert form.at.data == read
    assert form.at._value() == typed


@pytest.mark.parametrize(
    "typed", ["yesterday", "2026-02-30T10:00", "0001-01-01T00:00", "9999-12-31T23:59"]
)
def test_what_is_no_moment_is_an_error_in_words(app, typed):
    form = form_of(app, ("title", "x"), ("at", typed))
    assert not form.validate()
    assert "date" in form.at.errors[0]


def test_a_moment_is_shown_in_the_persons_zone(app):
    form = AnyForm(None, data={"at": datetime(2026, 11, 22, 13, 5, tzinfo=UTC)})
    assert 'value="2026-11-22T14:05"' in str(form.at())


def test_a_page_makes_its_id_and_gets_the_same_one_back(app):
    made = AnyForm(None).client_id.data
    assert isinstance(made, UUID)
    assert form_of(app, ("client_id", str(made))).client_id.data == made
    assert isinstance(form_of(app, ("title", "x")).client_id.data, UUID)


@pytest.mark.parametrize("typed", ["1", "../x", "00000000-0000-1000-8000-000000000000"])
def test_an_id_that_no_page_made_is_refused(app, typed):
    assert not form_of(app, ("title", "x"), ("client_id", typed)).validate()


def test_boxes_are_a_list_and_unknown_ones_are_refused(app):
    chosen = form_of(app, ("title", "x"), ("scopes", "journal"), ("scopes", "check-ins"))
    assert chosen.scopes.data == ["journal", "check-ins"]
    assert chosen.validate()
    assert form_of(app, ("title", "x")).validate()
    assert not form_of(app, ("title", "x"), ("scopes", "everything")).validate()


def test_tags_come_once_each_in_order():
    assert split_tags(["River, #river , the  sea", "Sea,,", "\x00"]) == ["River", "the sea", "Sea"]


def test_too_many_or_too_long_tags_are_refused(app):
    assert not form_of(app, ("title", "x"), ("tags", ",".join(map(str, range(30))))).validate()
    assert not form_of(app, ("title", "x"), ("tags", "x" * 41)).validate()


def test_an_invalid_form_answers_422_with_a_summary_and_what_was_typed(app):
    form = form_of(app, ("body", "the <heron>"), ("password", "secret words"))
    assert not form.validate()
    form.refuse("Not now.")
    form.refuse("Too dull.", "body")
    answer = answer_invalid(app.jinja_env.from_string(PAGE), form)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'href="#title"' in page
    assert 'href="#body"' in page
    assert "Not now." in page
    assert "the &lt;heron&gt;" in page
    assert "secret words" not in page


PAGE = """
{% import "macros/forms.html" as forms %}{{ forms.errors(form) }}
{{ forms.text(form.title) }}{{ forms.area(form.body) }}{{ forms.secret(form.password) }}
"""
