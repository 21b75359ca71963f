"""Everything is killed -9 in the middle of many saves: what was answered is there, once.

Red when a route answers before its commit, when SQLite runs with `synchronous = OFF` and the
machine dies, or when a repeated post writes a second record.
"""

from __future__ import annotations

import http.client
import os
import queue
import random
import signal
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from journal.db import Database
from tests import databases
from tests.hardening import clinic
from tests.hardening.clinic import Browser, Save

if TYPE_CHECKING:
    from journal.config import Settings
    from tests.unit.test_serving import Served

SAVES, KILLS = (2000, 10) if clinic.LONG else (120, 1)
PATIENTS, HANDS = 4, 8
NOBODY = (OSError, http.client.HTTPException)


class Round:
    """Many hands that save until there is nothing left to save, or nobody to save it."""

    def __init__(self, served: Served, saves: list[Save]) -> None:
        self.served = served
        self.left: queue.SimpleQueue[Save] = queue.SimpleQueue()
        for save in saves:
            self.left.put(save)
        self.answered: list[Save] = []
        self.other: list[int] = []
        self.hands = [threading.Thread(target=self.save, daemon=True) for _ in range(HANDS)]

    def save(self) -> None:
        """Save one after the other."""
        browsers: dict[str, Browser] = {}
        while True:
            try:
                save = self.left.get_nowait()
            except queue.Empty:
                return
            mine = browsers.setdefault(
                save.patient.email, Browser(self.served, save.patient.cookie)
            )
            try:
                status = mine.save(save).status
            except NOBODY:
                return
            if status == 303:
                self.answered.append(save)
            else:
                self.other.append(status)

    def run_until(self, answered: int) -> None:
        """Return when so many saves were answered, with the hands in the middle of others."""
        for hand in self.hands:
            hand.start()
        while len(self.answered) < answered and any(hand.is_alive() for hand in self.hands):
            time.sleep(0.001)

    def wait(self) -> None:
        """Wait until every hand has noticed."""
        for hand in self.hands:
            hand.join()


def test_what_was_answered_is_there_once(
    settings: Settings, database_source: databases.Source
) -> None:
    be_durable(database_source, settings)
    patients = clinic.found_clinic(settings, PATIENTS)
    chance = random.Random(seed := random.randrange(2**32))
    expected: dict[str, Save] = {}
    served = clinic.start(settings)
    try:
        for number in range(KILLS):
            saves = [Save(patients[n % PATIENTS], f"{number}.{n}") for n in range(SAVES)]
            going = Round(served, saves)
            at = chance.randrange(1, SAVES - HANDS)
            going.run_until(at)
            clinic.kill(served)
            kill_database(database_source)
            going.wait()
            assert len(going.answered) >= at, (seed, set(going.other))
            served = clinic.start(settings)
            before = Counter(clinic.notes_of(settings, patients))
            lost = [save.note for save in going.answered if before[save.id, save.note] != 1]
            assert not lost, (seed, lost)
            answered = {save.note for save in going.answered}
            again = Round(served, [save for save in saves if save.note not in answered])
            again.run_until(SAVES)
            again.wait()
            assert not again.other, (seed, set(again.other))
            expected |= {save.note: save for save in saves}
            after = Counter(clinic.notes_of(settings, patients))
            assert after == Counter((save.id, note) for note, save in expected.items()), seed
            clinic.tell(f"killed after {len(answered)} of {SAVES} answers; {len(after)} are there")
    finally:
        clinic.kill(served)
    assert is_sound(settings)


def be_durable(source: databases.Source, settings: Settings) -> None:
    """Make PostgreSQL answer only what it wrote: the test server is quicker than that."""
    if isinstance(source, databases.PostgreSQLSource):
        name = settings.database_url.split("///")[1].split("?")[0]
        source.ask(f'ALTER DATABASE "{name}" SET synchronous_commit = on')


def kill_database(source: databases.Source) -> None:
    """Kill the PostgreSQL server that this run started, too, and start it again."""
    if not isinstance(source, databases.PostgreSQLSource):
        return
    cluster = source.sockets / "cluster"
    os.kill(int((cluster / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    start = databases.start_command(source.sockets)
    for _ in range(50):
        time.sleep(0.2)
        # Its orphans hold the shared memory until they notice.
        if clinic.is_done(start, databases.server_account()):
            return
    pytest.fail((source.sockets / "log").read_text())


def is_sound(settings: Settings) -> bool:
    """Ask SQLite about every page of its file."""
    database = Database(settings.database_url)
    try:
        if not database.is_sqlite:
            return True
        with database.engine.connect() as connection:
            return connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
    finally:
        database.dispose()
