"""The four sorts of what stays, each with its form, its reading and its words."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from journal.core.scopes import PRIVATE
from journal.features.integration import pieces
from journal.features.integration.after_effects import AfterEffects
from journal.features.integration.forms import (
    AfterForm,
    InsightForm,
    PracticeForm,
    RevisitForm,
    StaysForm,
)
from journal.features.integration.pieces import Insight, Load, Practice, Revisit
from journal.web.kinds import Kind
from journal.web.pieces.sorts import Sort

HUB = "integration.index"


def _kind(name: str, load: Load, called: LazyString) -> Kind:
    return Kind(
        name,
        PRIVATE,
        load,
        f"integration/_{name}.html",
        title=lambda content: str(load(content).title or called),
    )


INSIGHTS: Sort[StaysForm] = Sort(
    _kind(pieces.INSIGHT, Insight.load, _l("Insight")),
    InsightForm,
    _l("Insight"),
    _l("Keep an insight"),
    _l("One thing you want to keep. A sentence is enough."),
    HUB,
    "integration.new_insight",
)
PRACTICES: Sort[StaysForm] = Sort(
    _kind(pieces.PRACTICE, Practice.load, _l("Practice")),
    PracticeForm,
    _l("Practice"),
    _l("Something to practise"),
    _l("Small is good. You are asked how it went after 7, 30 and 90 days."),
    HUB,
    "integration.new_practice",
)
REVISITS: Sort[StaysForm] = Sort(
    _kind(pieces.REVISIT, Revisit.load, _l("Looked back")),
    RevisitForm,
    _l("Looked back"),
    _l("Look back at a practice"),
    _l("Letting go is an answer like any other."),
    HUB,
    "integration.new_revisit",
)
AFTER: Sort[StaysForm] = Sort(
    _kind(pieces.AFTER_EFFECTS, AfterEffects.load, _l("Check after a session")),
    AfterForm,
    _l("Check after a session"),
    _l("How are you after the session?"),
    _l("Leave open what you don't know. Nothing is added up."),
    HUB,
    "integration.new_check",
)
SORTS: Mapping[str, Sort[StaysForm]] = {
    one.name: one for one in (INSIGHTS, PRACTICES, REVISITS, AFTER)
}
