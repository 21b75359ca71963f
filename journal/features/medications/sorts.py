"""The three kinds of what is noted here, each with its form, its reading and its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from journal.core.errors import NotFound
from journal.features.medications import pieces
from journal.features.medications.forms import ChangeForm, CheckForm, PieceForm, UseForm
from journal.web.kinds import Kind


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind: its name as stored, how it is written and read, and what its pages say.

    home, writes: the endpoints of the list it stands on, and of the page for a new one.
    """

    name: str
    form: type[PieceForm]
    load: Callable[[Mapping[str, Any]], Any]
    called: LazyString
    new: LazyString
    hint: LazyString
    home: str
    writes: str

    @property
    def kind(self) -> Kind:
        """Return it as a kind of record."""
        return Kind(
            self.name,
            pieces.SCOPE,
            self.load,
            f"medications/_{self.name}.html",
            many=f"medications/_{self.name}_many.html",
        )


def of_kind(name: str) -> Sort:
    """Return the sort of a record's kind; NotFound for any other kind."""
    if name not in SORTS:
        raise NotFound("another kind")
    return SORTS[name]


CHANGES = Sort(
    pieces.CHANGE,
    ChangeForm,
    pieces.Change.load,
    _l("Medicine"),
    _l("Note a medicine, or a change"),
    _l("What you take already counts, too: say about when it began."),
    "medications.changes",
    "medications.new",
)
USES = Sort(
    pieces.USE,
    UseForm,
    pieces.Use.load,
    _l("Outside the clinic"),
    _l("Something you took outside the clinic"),
    _l("Nobody blames you here. It helps to know, also for what comes next."),
    "medications.exposures",
    "medications.new_use",
)
CHECKS = Sort(
    pieces.CHECK,
    CheckForm,
    pieces.Check.load,
    _l("How your body is"),
    _l("How is your body?"),
    _l("Leave open what you don't know. Nothing is added up."),
    "medications.checks",
    "medications.new_check",
)
SORTS: Mapping[str, Sort] = {one.name: one for one in (CHANGES, USES, CHECKS)}
