"""Ana, Tess and Theo, each at a device."""

import pytest

from tests import browsers, people
from tests.browsers import ana, at_ten, phone, tess, theo, theos

__all__ = ["ana", "at_ten", "phone", "tess", "theo", "theos"]


@pytest.fixture
def laptop(app, tess):
    """Tess's laptop."""
    return browsers.sign_in(app, tess, "a laptop")


@pytest.fixture
def grant(ana, tess):
    """Ana's grant for Tess, which shares nothing yet."""
    return people.only_grant(tess)
