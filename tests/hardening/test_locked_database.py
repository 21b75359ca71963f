"""Another process holds the database for longer than anybody waits: 503, and the words come back.

Red when a lock's timeout is no OperationalError of `send_again`, or when pages that only read
wait for a writer.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from journal.db import BUSY_SECONDS
from tests.hardening import clinic
from tests.hardening.clinic import Browser, Save
from tests.visitors import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal.config import Settings

NOTE = "The lock keeper was asleep."


def test_a_database_that_somebody_else_holds(settings: Settings) -> None:
    [ana] = clinic.found_clinic(settings, 1)
    served = clinic.start(settings)
    try:
        browser, save = Browser(served, ana.cookie), Save(ana, NOTE)
        assert browser.save(Save(ana, "before")).status == 303
        with held(settings), ThreadPoolExecutor() as hands:
            going = hands.submit(browser.save, save)
            if settings.database_url.startswith("sqlite"):
                seen = Browser(served, ana.cookie).get("/check-ins")
                assert seen.status == 200
                assert seen.seconds < BUSY_SECONDS / 2, "a reader does not wait for a writer"
            answer = going.result()
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert BUSY_SECONDS / 2 < answer.seconds < BUSY_SECONDS * 3
        fields = dict(Page(answer.text).form("/check-ins/new").fields)
        assert (fields["note"], fields["client_id"]) == (NOTE, str(save.id))
        assert browser.save(save).status == 303
        assert sorted(note for _, note in clinic.notes_of(settings, [ana])) == [NOTE, "before"]
    finally:
        clinic.kill(served)


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Hold every table as a careless operator's shell would."""
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        if settings.database_url.startswith("sqlite"):
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            connection.exec_driver_sql("LOCK TABLE records IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()
    engine.dispose()
