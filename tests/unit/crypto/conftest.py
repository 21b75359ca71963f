"""The crypto tests try passwords at their real cost."""

import pytest

from journal.crypto import primitives
from tests.conftest import REAL_MEMORY_KIB


@pytest.fixture(autouse=True)
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primitives, "ARGON2_MEMORY_KIB", REAL_MEMORY_KIB)
