"""The three sorts of what is noted here, each with its form, its reading and its words."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from journal.features.medications import pieces
from journal.features.medications.forms import ChangeForm, CheckForm, NotedForm, UseForm
from journal.web.kinds import Kind
from journal.web.pieces.sorts import Sort


def _kind(name: str, load: Callable[[Mapping[str, Any]], Any]) -> Kind:
    partial, many = f"medications/_{name}.html", f"medications/_{name}_many.html"
    return Kind(name, pieces.SCOPE, load, partial, many=many)


CHANGES: Sort[NotedForm] = Sort(
    _kind(pieces.CHANGE, pieces.Change.load),
    ChangeForm,
    _l("Medicine"),
    _l("Note a medicine, or a change"),
    _l("What you take already counts, too: say about when it began."),
    "medications.changes",
    "medications.new",
)
USES: Sort[NotedForm] = Sort(
    _kind(pieces.USE, pieces.Use.load),
    UseForm,
    _l("Outside the clinic"),
    _l("Something you took outside the clinic"),
    _l("Nobody blames you here. It helps to know, also for what comes next."),
    "medications.exposures",
    "medications.new_use",
)
CHECKS: Sort[NotedForm] = Sort(
    _kind(pieces.CHECK, pieces.Check.load),
    CheckForm,
    _l("How your body is"),
    _l("How is your body?"),
    _l("Leave open what you don't know. Nothing is added up."),
    "medications.checks",
    "medications.new_check",
)
SORTS: Mapping[str, Sort[NotedForm]] = {one.name: one for one in (CHANGES, USES, CHECKS)}
