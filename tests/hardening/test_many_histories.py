"""Thousands of histories of consent, each held against plain sets after every step.

The short run is tests/attack/test_every_change_of_consent.py, which says what turns it red.
"""

import pytest

from tests import consents
from tests.builders import Built
from tests.hardening.clinic import LONG


@pytest.mark.skipif(not LONG, reason="some of them are lived through in tests/attack")
def test_keys_follow_consent_in_thousands_of_histories(built: Built) -> None:
    consents.run(built, histories=2000 if built.database.is_sqlite else 400)
