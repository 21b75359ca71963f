"""Ana, Tess and Theo, each at a device."""

import pytest

from journal.web import due
from tests.browsers import ana, at_ten, grant, laptop, phone, tess, theo, theos

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
