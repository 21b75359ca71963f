"""The parts of a session's record: one a page, so that each stays light; what is saved is whole."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field

from journal.features.care.record_forms import RecordForm

PART, THEN, FIRST = "part", "then", "doses"  # hidden field, button, the part that is shown first
FIELDS = {
    FIRST: ("started_at", "ended_at", "weight", "doses"),
    "vitals": ("vitals",),
    "effects": ("effects", "others", "adverse"),
    "home": ("checks", "escort", "left_at", "reason"),
    "own": ("cadss", "note"),
}
TITLES = {
    FIRST: _l("Times and doses"),
    "vitals": _l("Vitals"),
    "effects": _l("Effects"),
    "home": _l("Going home"),
    "own": _l("For you alone"),
}
_PART_OF = {name: part for part, names in FIELDS.items() for name in names}


def known(names: Iterable[str]) -> list[str]:
    """Return the parts among these, in their order on a page; none of them is the first."""
    asked = set(names)
    return [part for part in FIELDS if part in asked]


def whole(posted: MultiDict[str, str], saved: RecordForm) -> MultiDict[str, str]:
    """Return the fields of the whole form: the posted parts over what is saved of the others.

    A post that names no part is the whole form by itself.
    """
    parts = known(posted.getlist(PART))
    if not parts:
        return posted
    rest = [(name, text) for name, text in _values(saved) if part_of(name) not in parts]
    return MultiDict([*rest, *posted.items(multi=True)])


def unchanged(fields: MultiDict[str, str], saved: RecordForm) -> bool:
    """Tell whether a whole form says what the saved one says, to the letter."""
    stood = MultiDict(_values(saved))
    return all(
        sorted(filter(None, map(str.strip, fields.getlist(name)))) == sorted(filter(None, texts))
        for name, texts in stood.lists()
    ) and not any(
        "".join(texts).strip()
        for name, texts in fields.lists()
        if part_of(name) and name not in stood
    )


def part_of(name: str) -> str:
    """Return the part that a posted field belongs to, "" for those of every page."""
    return _PART_OF.get(name.partition("-")[0], "")


def shown(form: RecordForm, asked: Collection[str]) -> Sequence[str]:
    """Return the parts to show: those asked for, and those in which something is wrong."""
    wrong = {part_of(problem.id) for problem in form.problems()}
    return known([*asked, *wrong]) or [FIRST]


def _values(form: RecordForm) -> Iterator[tuple[str, str]]:
    for field in form:
        if field.name in form.ROWS:
            for row in form[field.name].forms:
                for cell in row:
                    yield cell.name, _text(cell)
        elif field.name == "checks":
            yield from (("checks", check) for check in field.data or ())
        elif part_of(field.name):
            yield field.name, _text(field)


def _text(field: Field) -> str:
    written: Any = getattr(field, "_value", None)
    return str(written() if written else field.data or "")
