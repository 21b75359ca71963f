"""Passwords stretched at the same moment: in one process, and without waiting for ever."""

import subprocess
import sys

from journal.config import ROOT

PROGRAM = """
from concurrent.futures import ThreadPoolExecutor
from journal.crypto.primitives import argon2id

with ThreadPoolExecutor(4) as pool:
    keys = set(pool.map(lambda _: argon2id("a quiet garden", bytes(16), b""), range(4)))
print(len(keys))
"""


def test_four_people_sign_in_at_the_same_moment() -> None:
    # In a program of its own: a thread that waits inside OpenSSL can't be interrupted.
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "1\n"
