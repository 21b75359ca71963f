"""What a password costs in a test: next to nothing, or all that it costs anybody."""

import pytest

from journal.crypto import primitives

# One lane starts no thread, and 8 KiB is the least that Argon2id takes for one.
QUICK = {"ARGON2_MEMORY_KIB": 8, "ARGON2_PASSES": 1, "ARGON2_LANES": 1}
# Read before any test runs: what is quick must not hide it from the tests of the real work.
REAL = {name: getattr(primitives, name) for name in QUICK}


def stretch_by(patch: pytest.MonkeyPatch, cost: dict[str, int]) -> None:
    """Stretch every password by this cost for as long as the patch lasts."""
    for name, value in cost.items():
        patch.setattr(primitives, name, value)
