"""The crypto tests try passwords at their real cost."""

import pytest

from tests import passwords


@pytest.fixture(autouse=True)
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords.stretch_by(monkeypatch, passwords.REAL)
