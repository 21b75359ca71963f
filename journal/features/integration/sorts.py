"""The four kinds of what stays, each with its form, its reading and its words."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from journal.core.errors import NotFound
from journal.features.integration import pieces
from journal.features.integration.after_effects import AfterEffects
from journal.features.integration.forms import (
    AfterForm,
    InsightForm,
    PieceForm,
    PracticeForm,
    RevisitForm,
)
from journal.features.integration.pieces import Insight, Load, Practice, Revisit
from journal.web.kinds import Kind


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind: its name as stored, how it is written and read, and what its pages say."""

    name: str
    form: type[PieceForm]
    load: Load
    called: LazyString
    new: LazyString
    hint: LazyString

    @property
    def kind(self) -> Kind:
        """Return it as a kind of record."""
        return Kind(
            self.name,
            pieces.PRIVATE,
            self.load,
            f"integration/_{self.name}.html",
            title=lambda content: str(self.load(content).title or self.called),
        )


def of_kind(name: str) -> Sort:
    """Return the sort of a record's kind; NotFound for any other kind."""
    if name not in SORTS:
        raise NotFound("another kind")
    return SORTS[name]


INSIGHTS = Sort(
    pieces.INSIGHT,
    InsightForm,
    Insight.load,
    _l("Insight"),
    _l("Keep an insight"),
    _l("One thing you want to keep. A sentence is enough."),
)
PRACTICES = Sort(
    pieces.PRACTICE,
    PracticeForm,
    Practice.load,
    _l("Practice"),
    _l("Something to practise"),
    _l("Small is good. You are asked how it went after 7, 30 and 90 days."),
)
REVISITS = Sort(
    pieces.REVISIT,
    RevisitForm,
    Revisit.load,
    _l("Looked back"),
    _l("Look back at a practice"),
    _l("Letting go is an answer like any other."),
)
AFTER = Sort(
    pieces.AFTER_EFFECTS,
    AfterForm,
    AfterEffects.load,
    _l("Check after a session"),
    _l("How are you after the session?"),
    _l("Leave open what you don't know. Nothing is added up."),
)
SORTS: Mapping[str, Sort] = {one.name: one for one in (INSIGHTS, PRACTICES, REVISITS, AFTER)}
