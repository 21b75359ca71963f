"""One open page of one entry: each has a draft of its own, so that no tab writes over another's."""

from typing import NamedTuple
from uuid import UUID, uuid5

from werkzeug.datastructures import MultiDict

NAME = "draft"
MOST_TURNS = 10**12


class Leaf(NamedTuple):
    """An entry and the page it is written on; of a new entry's first page both ids are one."""

    client_id: UUID
    page: UUID

    @property
    def record_id(self) -> UUID:
        """Return the id of the draft's own record, which can never be the entry's."""
        return uuid5(self.client_id, f"{NAME} {self.page}" if self.other_page else NAME)

    @property
    def other_page(self) -> UUID | None:
        """Return the page where it says more than the entry's id does, as addresses name it."""
        return None if self.page == self.client_id else self.page

    @property
    def text(self) -> str:
        """Return it as the list of drafts and hidden fields hold it."""
        return f"{self.client_id}/{self.page}" if self.other_page else str(self.client_id)


class Mark(NamedTuple):
    """A draft as one page showed it; another `saved_at` means that somebody typed on in it."""

    leaf: Leaf
    saved_at: str

    @property
    def text(self) -> str:
        """Return what the hidden field `continues` says."""
        return f"{self.leaf.text} {self.saved_at}"


class Sent(NamedTuple):
    """What a page says of itself; `turn` rises with each sending, None where none is counted."""

    leaf: Leaf
    turn: int | None = None
    continues: Mark | None = None


def leaf_of(text: str) -> Leaf:
    """Return the leaf that a text names; raises ValueError."""
    client_id, _, page = text.partition("/")
    return Leaf(UUID(client_id), UUID(page or client_id))


def of_page(client_id: UUID, page: str | None) -> Leaf:
    """Return the leaf of a page; one that can't be read is the entry's first."""
    try:
        return Leaf(client_id, UUID(page or ""))
    except ValueError:
        return Leaf(client_id, client_id)


def sent(fields: MultiDict[str, str], client_id: UUID) -> Sent:
    """Return what a posted page says of itself; what can't be read is left out."""
    turn = fields.get("turn", "")
    counted = turn.isascii() and turn.isdigit() and len(turn) < len(str(MOST_TURNS))
    return Sent(
        of_page(client_id, fields.get("page")),
        int(turn) if counted else None,
        _mark(fields.get("continues", "")),
    )


def _mark(text: str) -> Mark | None:
    leaf, _, saved_at = text.partition(" ")
    try:
        return Mark(leaf_of(leaf), saved_at)
    except ValueError:
        return None
