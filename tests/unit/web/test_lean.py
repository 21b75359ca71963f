"""Templates without their indentation and without the lines of their tags."""

import pytest
from jinja2 import Environment

from journal.web.lean import Lean


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a\n  <b>\n\t<i>", "a\n<b>\n<i>"),
        ("a\n{% if on %}\nb\n{% endif %}\nc", "a\nb\nc"),
        ("a\n{% if off %}\nb\n{% endif %}\nc", "a\nc"),
        ("a\n{% if on %}{% if on %}\nb\n{% endif %}{% endif %}\nc", "a\nb\nc"),
        ("a\n{% for one in (1, 2) %}\n{{ one }}\n{% endfor %}\nc", "a\n1\n2\nc"),
        ("a\n{% if off %}b{% endif %}\nc", "a\n\nc"),
        ("a\n{% if on -%}\nb\n{%- endif %}\nc", "a\nb\nc"),
    ],
)
def test_words_stay_apart_and_empty_lines_are_not_sent(source, shown):
    page = Environment(extensions=[Lean], autoescape=True).from_string(source)
    assert page.render(on=True, off=False) == shown


def test_an_error_still_names_its_line():
    page = Environment(extensions=[Lean], autoescape=True).from_string(
        "a\n{% if 1 %}\nb\n{% endif %}\n{{ 1 / 0 }}"
    )
    with pytest.raises(ZeroDivisionError) as error:
        page.render()
    assert error.traceback[-1].lineno + 1 == 5
