"""Where a sign-in may lead."""

import pytest

from journal.web.paths import safe_path


@pytest.mark.parametrize("path", ["/", "/today", "/entries?q=a%20b&tag=x", "/entries/new#words"])
def test_a_path_on_this_site_is_kept(path):
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "today",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "https://elsewhere.example/",
        "javascript:alert(1)",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        " /today",
        "/today\r\nSet-Cookie: a=b",
        "/\x00",
        "/\x85",
    ],
)
def test_everything_else_is_dropped(path):
    assert safe_path(path) is None
