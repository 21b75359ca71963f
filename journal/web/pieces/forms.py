"""The base of the forms of pieces: an id, the version that was shown, and who can read it."""

from datetime import datetime
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from journal.core.opened import Opened
from journal.core.scopes import CARE, PRIVATE
from journal.web.fields import ClientIdField, WholeField, options
from journal.web.forms import BaseForm


class PieceForm(BaseForm):
    """What every one has: `client_id` for a new one, `version` for one that is changed."""

    client_id = ClientIdField()
    version = WholeField(validators=[Optional()], widget=HiddenInput())

    @property
    def scope(self) -> str:
        """Return where it is to be kept."""
        raise NotImplementedError

    @property
    def says_when(self) -> bool:
        """Tell whether a time was typed: two posts with two times are not the same."""
        return False

    def moment(self, now: datetime, before: Opened | None) -> datetime:
        """Return when it was (UTC), by default when it was written first; before: as it was."""
        return now if before is None else before.occurred_at

    @classmethod
    def filled(cls, opened: Opened, piece: Any) -> Self:
        """Return the form that changes this piece."""
        facts = {"audience": opened.scope, "occurred_at": opened.occurred_at}
        return cls(formdata=None, version=opened.version, **facts, **cls.facts_of(piece))

    @classmethod
    def facts_of(cls, piece: Any) -> dict[str, Any]:
        """Return what a piece says, by the names of the fields."""
        return {name: getattr(piece, name) for name in piece.__slots__}


def audience_field(default: str = PRIVATE) -> RadioField:
    """Return who can read it, her alone or with her course; the pages say the names."""
    return RadioField(
        _l("Who can read this"),
        choices=options([(PRIVATE, ""), (CARE, "")]),
        default=default,
        filters=[lambda said: said or default],
    )


class ChosenForm(PieceForm):
    """The form of a piece whose readers are chosen with it."""

    audience = audience_field()

    @property
    def scope(self) -> str:
        """Return what was chosen."""
        chosen: str = self.audience.data
        return chosen


def words_field(label: Any, most: int, *, required: bool = True) -> TextAreaField:
    """Return a field for own words, so many letters at most."""
    too_long = _l("This can have %(most)s letters at most.", most=f"{most:,}")
    first = DataRequired(_l("Write something first, however short.")) if required else Optional()
    return TextAreaField(label, [first, Length(max=most, message=too_long)])


def text_of(field: Field) -> str:
    """Return what was typed, without spaces around it."""
    return (field.data or "").strip()
