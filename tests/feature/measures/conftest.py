"""Ana's phone, Tess's and Theo's laptops, and a clinic that has imported its questionnaires."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from journal.features.measures import importing, shelf
from journal.features.measures.questionnaire import Questionnaire
from tests import people, questionnaires
from tests.browsers import Browser, ana, at_ten, grant, laptop, phone, tess, theo, theos, value_of

__all__ = ["ana", "at_ten", "grant", "laptop", "phone", "tess", "theo", "theos"]


@pytest.fixture
def asked(db: Session):
    """Import a questionnaire of an instrument's shape; return it."""

    def take(instrument: str, made: object = None) -> Questionnaire:
        source = questionnaires.as_bytes(made or questionnaires.like(instrument))
        found = importing.read(source, instrument=instrument).questionnaire
        shelf.put(db, found, source, now=people.NOW)
        db.commit()
        return found

    return take


@dataclass
class Filler:
    """Somebody who fills in pages as they stand: hidden fields back, and what she chooses."""

    browser: Browser

    def fill(self, path: str, given: dict[int, str], **more: str):
        """Open a page and post it with these answers by question number."""
        page = self.browser.get(path).text
        return self.post(path, page, given, **more)

    def post(self, path: str, page: str, given: dict[int, str], **more: str):
        fields = {name: value_of(page, name) for name in ("client_id", "questionnaire")}
        chosen = {f"answer-{number}": code for number, code in given.items()}
        return self.browser.post(path, **fields, **chosen, **more)


@pytest.fixture
def filler(phone: Browser) -> Filler:
    return Filler(phone)


def id_of(answer) -> UUID:
    """The record that an answer leads to."""
    return UUID(answer.location.rpartition("/")[2])
