"""A record in plain words, and a page of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from journal.core.sealing import Content


@dataclass(frozen=True, slots=True)
class Opened:
    """A record in plain words; `readable` is False for one that did not open."""

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


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, newest first, and the cursor of the next page if there is one."""

    items: list[Opened]
    next_cursor: str | None
