"""The town, and exports of its people read as zips."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from journal import instance
from journal.core import records, sessions
from journal.core.keyring import Keyring
from journal.core.records import Opened
from journal.core.scopes import NAMES
from journal.features.exports import readme
from journal.features.exports.archive import Archive
from journal.features.exports.contents import Export
from journal.features.exports.queries import Own
from tests.people import NOW, PASSWORD
from tests.town import Town, clock, first_town, town
from tests.visitors import Visitor

__all__ = ["clock", "first_town", "town"]
PATH = "/account/export"


class Exported:
    """A zip that a person downloaded and opened."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.zip = ZipFile(io.BytesIO(content))
        assert self.zip.testzip() is None
        self.names = self.zip.namelist()
        assert len(set(self.names)) == len(self.names)

    def __contains__(self, word: str) -> bool:
        return any(word in self.text(name) or word in name for name in self.names)

    def text(self, name: str) -> str:
        return self.zip.read(name).decode()

    def json(self, name: str) -> Any:
        return json.loads(self.zip.read(name))

    def table(self, name: str) -> list[dict[str, str]]:
        text = self.zip.read(name).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def records(self) -> dict[str, Any]:
        """Return every record's JSON by its id."""
        inside = ("entries/", "check-ins/", "drafts/", "measures/", "sessions/", "other/")
        names = [one for one in self.names if one.startswith(inside) and one.endswith(".json")]
        return {found["id"]: found for found in map(self.json, names)}


@dataclass
class Clinic:
    """The town with a hand on each person's keys."""

    town: Town

    def keyring(self, name: str) -> Keyring:
        site = instance.read_site_key(self.town.settings)
        cookie = self.town.people[name].cookies["session"]
        with self.town.database.session() as db:
            found = sessions.resume(db, site, cookie, now=NOW)
            db.commit()
        return found

    def own(self, name: str = "ana") -> Own:
        return Own(self.town.database, self.keyring(name), NOW)

    def stream(self, name: str = "ana") -> Iterator[bytes]:
        """The export as the view hands it on, without a request around it."""
        own = self.own(name)
        about = readme.Words("about", (), "left out", "all open", "closed", "broken off")
        return Export(own, Archive("Europe/Vienna"), about).stream()

    def write(
        self,
        contents: Iterable[dict[str, Any]],
        kind: str = "entry",
        *,
        at: datetime = NOW,
        record_id: UUID | None = None,
    ) -> list[Opened]:
        """Keep what no form would let through as well."""
        keyring = self.keyring("ana")
        scope = "check-ins" if kind == "check-in" else "private"
        with self.town.database.session() as db:
            written = [
                records.write(
                    db,
                    keyring,
                    record_id=record_id or uuid4(),
                    kind=kind,
                    scope=scope,
                    content=content,
                    occurred_at=at,
                    now=NOW,
                )
                for content in contents
            ]
            db.commit()
        return written

    def owned(self) -> list[Opened]:
        keyring = self.keyring("ana")
        with self.town.database.session() as db:
            return list(records.scan_as_owner(db, keyring, scopes_named=NAMES))

    def open_connections(self) -> int:
        return self.town.database.engine.pool.checkedout()  # type: ignore[attr-defined]


@pytest.fixture
def clinic(town: Town) -> Clinic:
    return Clinic(town)


def export(visitor: Visitor) -> Exported:
    """Download it as a person does."""
    answer = visitor.submit(PATH, password=PASSWORD)
    assert answer.status_code == 200
    return Exported(answer.data)
