"""The forms of a safety plan's parts: words, or people with their numbers."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError

from journal.features.safety.plan import (
    LONGEST,
    LONGEST_NAME,
    LONGEST_NUMBER,
    MOST_CALLS,
    Call,
    Part,
    Said,
    is_number,
)
from journal.web.fields import RANDOM_ID, ClientIdField
from journal.web.forms import BaseForm

SPARE = 2  # empty lines below those that are filled


class PartForm(BaseForm):
    """One part; over: the version that the page showed, empty before the first."""

    client_id = ClientIdField()
    over = HiddenField()

    @property
    def shown(self) -> UUID | None:
        """Return the version that the page showed."""
        text = (self.over.data or "").lower()
        return UUID(text) if RANDOM_ID.fullmatch(text) else None

    def said(self) -> Said:
        """Return what was typed."""
        raise NotImplementedError


class WordsForm(PartForm):
    """A part in words."""

    words = TextAreaField(_l("In your own words"))

    def validate_words(self, field: Field) -> None:
        """Refuse what no page could hold."""
        if len(field.data or "") > LONGEST:
            raise ValidationError(_("At most %(most)s letters, please.", most=f"{LONGEST:,}"))

    def said(self) -> Said:
        """Return what was typed."""
        return (self.words.data or "").strip()


class CallsForm(PartForm):
    """A part that holds people; its lines are the fields name_0, number_0 and so on."""

    def lines(self) -> list[tuple[Field, Field]]:
        """Return the lines to show: those that are filled, and a few empty ones."""
        pairs = [(self[f"name_{n}"], self[f"number_{n}"]) for n in range(MOST_CALLS)]
        filled = [n for n, pair in enumerate(pairs) if any(field.data for field in pair)]
        return pairs[: max(filled, default=-1) + 1 + SPARE]

    def said(self) -> Said:
        """Return what was typed; lines that were left empty are left out."""
        return tuple(call for call in self._typed() if any(call))

    def _typed(self) -> Iterator[Call]:
        for n in range(MOST_CALLS):
            yield Call(self[f"name_{n}"].data or "", self[f"number_{n}"].data or "")


def _short(_form: BaseForm, field: Field) -> None:
    if len(field.data or "") > LONGEST_NAME:
        raise ValidationError(_("At most %(most)s letters, please.", most=LONGEST_NAME))


def _dialled(_form: BaseForm, field: Field) -> None:
    # A number that dials somebody else, or nobody, is worse than none.
    if field.data and (len(field.data) > LONGEST_NUMBER or not is_number(field.data)):
        raise ValidationError(_("Write the number in digits; spaces and a + in front are fine."))


for _n in range(MOST_CALLS):
    setattr(CallsForm, f"name_{_n}", StringField(_l("Name"), validators=[_short]))
    setattr(CallsForm, f"number_{_n}", StringField(_l("Number"), validators=[_dialled]))


def form_of(part: Part, said: Said | None = None, over: UUID | None = None) -> Any:
    """Return the form of a part: as this request posts it, or filled with what is kept."""
    made = CallsForm if part.calls else WordsForm
    if said is None:
        return made()
    facts: dict[str, Any] = {"over": str(over or "")}
    if isinstance(said, str):
        return made(None, words=said, **facts)
    for n, call in enumerate(said[:MOST_CALLS]):
        facts |= {f"name_{n}": call.name, f"number_{n}": call.number}
    return made(None, **facts)
