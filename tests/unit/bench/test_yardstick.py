"""The yardstick shows the journal's own pages: whatever these ask for, it has to have."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from bench import browser, requests, written, yardstick
from bench.browser import Browser
from journal import create_app, instance
from journal.config import Settings
from journal.db import Database

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ENTRIES = written.entries(3, until=NOW)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    folder = tmp_path_factory.mktemp("yardstick")
    settings = Settings(instance_path=folder)
    instance.prepare(settings)
    ours = create_app(settings)
    database = Database(f"sqlite:///{folder / 'plain.sqlite3'}")
    app = yardstick.make(ours, replace(ours.extensions["journal"], database=database))
    account: UUID = uuid4()
    yardstick.fill(database, account, ENTRIES, written.check_ins(30, until=NOW))
    return browser.of_yardstick(app, account)


@pytest.mark.parametrize(
    "path", ["/entries", "/entries?q=river", f"/entries/{ENTRIES[0].id}", "/trends?days=30"]
)
def test_it_shows_what_is_measured(plain: Browser, path: str) -> None:
    assert "Afterglow" in plain.get(path)


def test_it_keeps_what_is_measured(plain: Browser) -> None:
    plain.post("/check-ins/new", requests._check_in())
    fields = requests._entry()
    plain.post("/entries/new", fields)
    assert str(fields["title"]) in plain.get(f"/entries/{fields['client_id']}")
