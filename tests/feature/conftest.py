"""The town, for tests of everything together, and two therapists for tests of one part."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from journal import instance
from journal.config import Settings
from journal.core.site import SiteKey
from tests import people
from tests.people import Person
from tests.town import clock, first_town, town

__all__ = ["clock", "first_town", "town"]


@pytest.fixture
def site(settings: Settings) -> SiteKey:
    return instance.read_site_key(settings)


@pytest.fixture
def tess(db: Session, site: SiteKey) -> Person:
    return people.therapist(db, site, "Tess")


@pytest.fixture
def theo(db: Session, site: SiteKey) -> Person:
    return people.therapist(db, site, "Theo")
