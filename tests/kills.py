"""The process dies at a statement of the database's, as a kill would have it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session


class Killed(Exception):
    """Nothing in the core catches it, as nothing catches a kill."""


@contextmanager
def killed_at(db: Session, statement: int) -> Iterator[list[int]]:
    """Die at the given statement, counted from 1; for 0 only count them."""
    count = [0]
    engine = db.connection().engine

    def before(_connection: object, _cursor: object, sent: str, *_: object) -> None:
        if "SAVEPOINT" in sent:
            return  # the tests' own stand-in for a commit: dying in it leaves it half rolled back
        count[0] += 1
        if count[0] == statement:
            raise Killed

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", before)
