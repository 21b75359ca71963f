"""Every form with a text area keeps what is typed into it: a new one that does not fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[3] / "templates"
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
INCLUDED = re.compile(r"\{% include (?P<name>[^%]+?) %\}")
WORDS = re.compile(r"forms\.area\(|<textarea|\brows=|class=\"words")
KEEPS = ("parts.keeps_words(", "data-autosave=", "data-write=")
# The signed-out pages for writing seal every leaf themselves; the page of all pieces saves nothing.
NO_PAGES = ("style/", "macros/")


def expanded(text: str) -> str:
    """A template with what it includes, whatever a name in it may be."""
    return INCLUDED.sub(lambda found: "".join(map(expanded, included(found["name"]))), text)


def included(name: str) -> list[str]:
    parts = re.findall(r'"([^"]*)"', name)
    pattern = "*".join(["", *parts, ""] if not name.startswith('"') else [*parts])
    if not name.rstrip().endswith('"'):
        pattern += "*"
    return [path.read_text() for path in TEMPLATES.glob(pattern.lstrip("/")) if path.is_file()]


def forms() -> list[tuple[str, str]]:
    """Every form of the app with words in it, by its template."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if not name.startswith(NO_PAGES):
            whole = [expanded(text) for text in FORM.findall(path.read_text())]
            found += [(name, text) for text in whole if WORDS.search(text)]
    return found


FORMS = forms()


def test_the_search_itself_finds_them() -> None:
    found = {name for name, _ in FORMS}
    assert {"entries/write.html", "checkins/new.html", "checkins/_card.html"} <= found
    assert {"care/record.html", "safety/part.html", "screening/assessment.html"} <= found


@pytest.mark.parametrize(("name", "text"), FORMS, ids=[name for name, _ in FORMS])
def test_it_keeps_what_is_typed(name: str, text: str) -> None:
    assert any(mark in text for mark in KEEPS), f"{name} loses what is typed with its tab"
