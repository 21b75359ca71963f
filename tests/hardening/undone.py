"""A database in which nothing stays: every try of a long run meets the same clinic."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from journal.db import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.town import Town


class Undone(Database):
    """Gives out sessions whose commits end savepoints of one transaction, rolled back by `undo`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.connection: Connection | None = None

    def session(self) -> Session:
        """Return a new session inside the transaction, if one is open."""
        if self.connection is None:
            return super().session()
        return Session(
            self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )

    @contextmanager
    def undo(self) -> Iterator[None]:
        """Let nothing that is committed inside this last."""
        with self.engine.connect() as connection:
            outer = connection.begin()
            self.connection = connection
            try:
                yield
            finally:
                self.connection = None
                outer.rollback()


@pytest.fixture
def undone(town: Town) -> Iterator[Undone]:
    """The town's database, in which nothing stays once `undo` is left."""
    before = town.app.extensions["journal"]
    database = Undone(before.settings.database_url)
    town.app.extensions["journal"] = replace(before, database=database)
    yield database
    town.app.extensions["journal"] = before
    database.dispose()
