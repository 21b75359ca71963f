"""What people write, as HTML, and as a line without marks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.web.markdown import markdown, plain

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    '[x](https://a.example "onmouseover=alert(1)")',
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "<style>*{display:none}</style>",
    "![x](https://elsewhere.example/pixel.png)",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_written_can_run_load_or_restyle(text):
    html = markdown(text).lower()
    for forbidden in ("<script", "<img", "<svg", "<style", "<form", "<math", 'href="javascript'):
        assert forbidden not in html
    assert " onerror=" not in html.replace("&lt;img src=x onerror", "").replace("src onerror", "")


@given(st.text())
def test_any_text_gives_only_the_tags_we_chose(text):
    html = str(markdown(text))
    assert "<script" not in html
    assert "<img" not in html


def test_a_link_tells_the_other_site_nothing():
    assert markdown("[river](https://example.org)") == (
        '<p><a href="https://example.org" rel="noopener noreferrer">river</a></p>\n'
    )


def test_lines_stay_lines_and_headings_stand_under_the_pages_own():
    assert markdown("one\ntwo") == "<p>one<br>\ntwo</p>\n"
    assert markdown("# River") == "<h3>River</h3>\n"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("# Morning\nIt was **bright**, _quite_ still.", "Morning\nIt was bright, quite still."),
        ("- bread\n- salt\n  * rock salt", "• bread\n• salt\n  • rock salt"),
        ("> said she, in `small` letters", "said she, in small letters"),
        ("see [the map](https://maps.example/a?b=c) first", "see the map first"),
        (
            "2 * 3 * 4, snake_case_name, #7, -5 degrees",
            "2 * 3 * 4, snake_case_name, #7, -5 degrees",
        ),
        ("no marks at all - none", "no marks at all - none"),
        ("**open, and *never closed", "**open, and *never closed"),
    ],
)
def test_a_line_in_a_list_shows_words_and_no_marks(typed, shown):
    assert plain(typed) == shown


@given(st.text(alphabet="ab *_`>#-+\n", max_size=80))
def test_taking_marks_away_takes_no_letter(text):
    assert re.sub("[^ab]", "", plain(text)) == re.sub("[^ab]", "", text)
