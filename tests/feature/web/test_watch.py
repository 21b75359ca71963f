"""Wherever Ana types words of her own, the page says that nobody reads along, and when they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hardening import walk

if TYPE_CHECKING:
    from tests.town import Town
    from tests.visitors import Page

SAID = "Nobody watches this in real time."
# What is typed there tells nobody how somebody is: who she is, and what she looks for.
NO_WORDS = {"email", "name", "kit", "typed", "confirmation", "q", "tag", "zone"}
WITHOUT_A_LINK = ("/write", "/write/check-in", "/entries/new", "/check-ins/new")


def takes_words(page: Page) -> bool:
    """Tell whether a page has a field for words of one's own."""
    return any(
        tag == "textarea"
        or (tag == "input" and found.get("type", "text") == "text" and found.get("name"))
        for tag, found in page.tags
        if found.get("name") not in NO_WORDS
    )


def test_every_page_on_which_ana_types_says_that_nobody_watches(town: Town) -> None:
    walked = {page.path: page for page in walk.pages(town.ana, WITHOUT_A_LINK)}
    typed_on = {path: page for path, page in walked.items() if takes_words(page)}
    assert {"/write", "/entries/new", "/safety-plan/parts/alone"} <= typed_on.keys()
    assert [path for path, page in typed_on.items() if SAID not in page.text] == []
    hours = town.settings.clinic_hours
    signed_in = [page for path, page in typed_on.items() if not path.startswith("/write")]
    assert [page.path for page in signed_in if hours not in page.text] == []
