"""The tables of reminders: what a job must find and open while nobody is signed in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from journal.base import Base
from journal.core.models import account_key


class Reminder(Base):
    """When somebody wants to be reminded, under the site key: a job finds the next one here."""

    __tablename__ = "reminders"

    account_id: Mapped[UUID] = account_key()
    next_at: Mapped[int | None] = mapped_column(BigInteger, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    site_version: Mapped[int] = mapped_column(BigInteger)


class PushEndpoint(Base):
    """A browser that takes notices, under the site key."""

    __tablename__ = "push_endpoints"

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    site_version: Mapped[int] = mapped_column(BigInteger)


class PushKey(Base):
    """The key that push services know this clinic by, under the site key; one row at most."""

    __tablename__ = "push_keys"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    site_version: Mapped[int] = mapped_column(BigInteger)


class CalendarFeed(Base):
    """Directory: somebody's reminders as a calendar, found by its token's hash."""

    __tablename__ = "calendar_feeds"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), unique=True
    )


class Outgoing(Base):
    """A message on its way, held by one worker at a time; whom it goes to is looked up then."""

    __tablename__ = "outbox"

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    endpoint_id: Mapped[UUID | None] = mapped_column(Uuid)
    asked: Mapped[bool] = mapped_column(Boolean)
    try_at: Mapped[int] = mapped_column(BigInteger, index=True)
    not_after: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(BigInteger)
    holder: Mapped[str | None] = mapped_column(String(64))
    until: Mapped[int | None] = mapped_column(BigInteger)
