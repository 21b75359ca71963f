"""The tables of phones that write while nobody is signed in, and of what they sent."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from journal.base import Base
from journal.core.models import account_key


class Phone(Base):
    """A phone that may leave things while nobody is signed in; found by its secret's hash.

    `sealed` holds what opens and proves them, and its name: only its owner's session reads it.
    """

    __tablename__ = "phones"

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class InboxItem(Base):
    """Something a phone sent, sealed until its owner signs in; `id` is that of the record to be.

    `refused` says why it could not become a record: it stays until its owner throws it away.
    """

    __tablename__ = "inbox_items"

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    phone_id: Mapped[UUID] = mapped_column(Uuid)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    refused: Mapped[str | None] = mapped_column(String(16))
