"""Ana at her phone, Tess at her laptop, and a session that Tess plans."""

import pytest

from tests import people
from tests.browsers import Browser, ana, at_ten, laptop, phone, tess, theo, theos, value_of

__all__ = ["ana", "at_ten", "laptop", "phone", "tess", "theo", "theos"]


@pytest.fixture
def grant(ana, tess):
    """Ana's grant for Tess; she shares her course of treatment."""
    found = people.only_grant(tess)
    people.share(ana, found, "care")
    return found


@pytest.fixture
def planned(laptop, grant, phone):
    """Tess plans a session on the coming Tuesday, and Ana has seen it: the id of Tess's record."""
    answer = laptop.post(f"/patients/{grant}/care", starts_at="2026-11-24T10:00")
    assert answer.status_code == 303, answer.text
    page = laptop.get(f"/patients/{grant}/care").text
    phone.get("/today")
    return page.partition(f'href="/patients/{grant}/care/')[2][:36]


def hold(laptop: Browser, grant, planned: str) -> None:
    """Tess records that it took place, earlier today."""
    where = f"/patients/{grant}/care/{planned}"
    times = {"started_at": "2026-11-22T09:00", "ended_at": "2026-11-22T09:50"}
    version = value_of(laptop.get(where).text, "version")
    answer = laptop.post(f"{where}/outcome", version=version, **times)
    assert answer.status_code == 303, answer.text
