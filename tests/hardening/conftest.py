"""World and town for what needs no server, and passwords that the served program can open."""

from collections.abc import Iterator

import pytest

from tests import passwords
from tests.builders import built, world
from tests.town import clock, first_town, town

__all__ = ["built", "clock", "first_town", "town", "world"]


@pytest.fixture
def real_passwords() -> Iterator[None]:
    """Stretch as the served program does: it knows nothing of the tests' quick passwords."""
    with pytest.MonkeyPatch.context() as patch:
        passwords.stretch_by(patch, passwords.REAL)
        yield
