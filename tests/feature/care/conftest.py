"""Ana, Tess and Theo, each at a device."""

import pytest

from journal.core import records
from journal.web import due
from tests.browsers import ana, at_ten, grant, laptop, phone, tess, theo, theos, value_of
from tests.session_records import dashed

__all__ = ["ana", "at_ten", "grant", "laptop", "phone", "tess", "theo", "theos"]


@pytest.fixture
def planned(laptop, grant):
    """Tess plans a session with Ana: the id of her record."""

    def plan(starts_at="2026-11-24T10:00", **more):
        answer = laptop.post(f"/patients/{grant}/care", starts_at=starts_at, **more)
        assert answer.status_code == 303, answer.text
        page = laptop.get(f"/patients/{grant}/care").text
        return page.partition(f'href="/patients/{grant}/care/')[2][:36]

    return plan


@pytest.fixture
def tied(monkeypatch):
    """Let a feature tie these alone."""

    def tie(*dues):
        monkeypatch.setattr(due, "_sources", {"a feature": lambda _db, _keyring: dues})

    return tie


@pytest.fixture
def record(grant, planned):
    """The address of the record of a session that was planned for this morning."""
    return f"/patients/{grant}/care/{planned('2026-11-22T09:00')}/record"


@pytest.fixture
def save(laptop, record):
    """Tess saves the record with these fields, over the version that she sees."""

    def post(device=laptop, **fields):
        if "version" not in fields:
            fields["version"] = value_of(laptop.get(record).text, "version")
        fields = {"started_at": "2026-11-22T08:00"} | fields
        return device.post(record, **{dashed(name): text for name, text in fields.items()})

    return post


@pytest.fixture
def copies(ana):
    """What lies among Ana's records of her sessions, as she took it in."""

    def read_them():
        ana.db.rollback()
        scan = {"scopes_named": ("care",), "kind": "medicine-session"}
        return [one.content for one in records.scan_as_owner(ana.db, ana.keyring, **scan)]

    return read_them
