"""A record in plain words, and a page of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A record in plain words; `readable` is False for one that did not open.

    `returned`: somebody else gave it back, with `by`, `at` (epoch seconds) and what it `was`.
    """

    id: UUID
    kind: str
    scope: str
    version: int
    occurred_at: datetime
    written_at: datetime
    content: Content
    readable: bool = True
    binned: Content | None = None
    cursor: str = ""
    phone: Content | None = None
    returned: Content | None = None

    @property
    def returned_at(self) -> datetime | None:
        """When it was given back, in UTC."""
        return datetime.fromtimestamp(self.returned["at"], UTC) if self.returned else None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, newest first, and the cursor of the next page if there is one."""

    items: list[Opened]
    next_cursor: str | None


# Lists what a grant covers: the therapist's own is logged, the patient's preview is not.
Lister = Callable[..., Page]
