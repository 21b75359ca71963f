"""Ana at her phone, Tess at her laptop, and a screening between them."""

from dataclasses import dataclass

import pytest

from tests import people
from tests.browsers import Browser, ana, at_ten, grant, laptop, phone, tess, theo, theos, value_of

__all__ = ["ana", "at_ten", "grant", "laptop", "phone", "tess", "theo", "theos"]

ANSWERS = "/screening/answers"
POINTS = ("allergy", "dependence", "psychosis", "heart", "pregnancy", "suicide")


@dataclass
class Answering:
    """Ana before the form: what it carries comes back, and what she chooses."""

    browser: Browser

    def save(self, page: str = "", **given: str):
        """Open the form (or take one opened before) and post answers and notes by point."""
        page = page or self.browser.get(ANSWERS).text
        fields = {name.replace("_", "-", 1): value for name, value in given.items()}
        return self.browser.post(ANSWERS, version=value_of(page, "version"), **fields)

    def all_no(self, **other: str):
        """Say no to everything but what is named."""
        return self.save(**{f"answer_{name}": "no" for name in POINTS} | other)


@pytest.fixture
def answering(phone: Browser) -> Answering:
    return Answering(phone)


@pytest.fixture
def shared(ana, grant):
    """Ana shares her course of treatment with Tess."""
    people.share(ana, grant, "care")
    return grant


@dataclass
class Assessing:
    """Tess before her page of one patient's assessment."""

    browser: Browser
    where: str

    @property
    def page(self) -> str:
        return self.browser.get(self.where).text

    def save(self, page: str = "", **given: str):
        """Post what she found; the hidden fields come back as the page showed them."""
        page = page or self.page
        hidden = ("version", "signed_version", "seen", "seen_version")
        carried = {name: value_of(page, name) for name in hidden}
        fields = {
            name.replace("_", "-", 1) if name.startswith(("finding", "note")) else name: value
            for name, value in given.items()
        }
        return self.browser.post(self.where, **carried, **fields)

    def sign(self, page: str = "", **given: str):
        said = {"outcome": "suitable", "reason": "Nothing stands against it.", "sign": "1"}
        return self.save(page, **said | given)


@pytest.fixture
def assessing(laptop, grant) -> Assessing:
    return Assessing(laptop, f"/patients/{grant}/assessment")
