"""The time after a medicine session: the soft window, prompts, after-effects, what stays."""

from flask import Flask
from flask_login import current_user

from journal.db import session
from journal.features.integration import (
    assignments,
    brief,
    checking,
    desk_routes,
    later,
    later_routes,  # noqa: F401 - its routes stand on the blueprint
    practising,
    prompt_routes,  # noqa: F401
    prompting,
    routes,  # noqa: F401
    sorts,
)
from journal.features.integration.assignments import Assignment
from journal.features.integration.blueprint import bp
from journal.web import briefs, cards, copies, desk_sections, due, kinds, prompts
from journal.web.kinds import Kind

GIVEN = Kind(
    assignments.KIND,
    assignments.SCOPE,
    Assignment.load,
    assignments.PARTIAL,
)
KINDS = (GIVEN, *(sort.kind for sort in sorts.SORTS.values()))
COPIED = copies.Copied(assignments.KIND, Assignment.read, assignments.keep)
CARDS = (
    cards.Card("now", 0, checking.now_card, "integration/_now_card.html", alone=True),
    cards.Card("later", 4, later.card, "integration/_later_card.html", part=cards.LINES),
    cards.Card("revisits", 30, practising.card, "integration/_revisit_card.html", part=cards.LINES),
    cards.Card("prompt", 40, prompting.card, "integration/_prompt_card.html", part=cards.LINES),
    cards.Card("stays", 50, checking.hub_card, "integration/_hub_card.html", cards.COURSE),
)
SECTION = desk_sections.Section("given", 40, assignments.section, "integration/_section.html")
PROMPTS = prompts.Source(prompting.find, prompting.offer)


def _prompt_words(prompt_id: str | None) -> str:
    """Return the words that an entry was written from, empty where they are not known."""
    found = prompts.find(session(), current_user.keyring, prompt_id) if prompt_id else None
    return found.words if found else ""


def register(app: Flask) -> None:
    """Add this feature to the app."""
    for kind in KINDS:
        kinds.register(kind)
    for card in CARDS:
        cards.register(card)
    copies.register(COPIED)
    briefs.register(brief.PART)
    desk_sections.register(SECTION)
    prompts.register(PROMPTS)
    due.register("integration", checking.ties)
    app.jinja_env.globals["prompt_words"] = _prompt_words
    app.register_blueprint(bp)
    app.register_blueprint(desk_routes.bp)
