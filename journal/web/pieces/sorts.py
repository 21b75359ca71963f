"""The sorts of pieces that a feature keeps, and what it does with them in a way of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.web.kinds import Kind
from journal.web.pieces.forms import PieceForm

DELETED, BACK = _l("Deleted."), _l("It is back.")
Form = TypeVar("Form", bound=PieceForm)


class Deed(Enum):
    """What was done to a piece."""

    WRITTEN = auto()
    CHANGED = auto()
    DELETED = auto()
    RESTORED = auto()


@dataclass(frozen=True, slots=True)
class Sort(Generic[Form]):
    """One sort of piece: its kind, its form, what its pages say, and their endpoints.

    called, new, hint: its name, the heading of an empty page, and the line under it; home: the
    list it stands on; writes: the page for a new one.
    """

    kind: Kind
    form: type[Form]
    called: LazyString
    new: LazyString
    hint: LazyString
    home: str
    writes: str
    deleted: LazyString = DELETED
    back: LazyString = BACK

    @property
    def name(self) -> str:
        """Return the name of its kind."""
        return self.kind.name

    def load(self, content: Mapping[str, Any]) -> Any:
        """Read a record's content."""
        return self.kind.load(content)


@dataclass(frozen=True, slots=True)
class Line:
    """One of them on a page: its record, and the piece in it."""

    record: Opened
    piece: Any

    @property
    def kind(self) -> str:
        """Return the name of its kind."""
        return self.record.kind

    @property
    def id(self) -> UUID:
        """Return its record's id."""
        return self.record.id


def _begun(_db: Session, _keyring: Keyring, sort: Sort[Form], _now: datetime) -> Form:
    """Return an empty form."""
    return sort.form(formdata=None)


def _nothing(*_of: object) -> None:
    """Do nothing further."""


@dataclass(frozen=True, slots=True)
class Pieces(Generic[Form]):
    """The pieces of one feature.

    at: its blueprint, and the folder of its templates; shown, hub: the endpoints of one piece,
    and of the first page of all; called: what that page is called; sorts: by the name of their
    kind; above: a template that stands above every form. The feature's own ways:
    content: what a form says, as a record's content; before: the piece that is changed;
    begun: the form of a new one, with what its address says of it;
    facts: what the page of a form shows besides, for which it may complete the form;
    after: called when something was done, before it is committed.
    """

    at: str
    shown: str
    hub: str
    called: LazyString
    sorts: Mapping[str, Sort[Form]]
    content: Callable[[Session, Keyring, Form, Opened | None, datetime], dict[str, Any]]
    facts: Callable[[Session, Keyring, Form, Opened | None, datetime], Mapping[str, object]]
    begun: Callable[[Session, Keyring, Sort[Form], datetime], Form] = _begun
    after: Callable[[Session, Keyring, Deed, Opened, datetime], None] = _nothing
    above: str = ""

    def sort_of(self, kind: str) -> Sort[Form]:
        """Return the sort of a record's kind; NotFound for any other kind."""
        if kind not in self.sorts:
            raise NotFound("another kind")
        return self.sorts[kind]
