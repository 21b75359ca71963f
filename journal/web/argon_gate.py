"""At most two passwords at a time are stretched on one machine: each takes 64 MiB and a core."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from journal.core.errors import Busy
from journal.web import metrics
from journal.web.parts import parts

PLACES = 2
PATIENCE = 5.0  # seconds
PAUSE = 0.02  # seconds


@contextmanager
def argon_gate() -> Iterator[None]:
    """Hold one of the machine's places; raises Busy after five seconds of waiting.

    File locks count across workers, and the kernel frees them when a worker dies.
    """
    place = _wait_for_place(parts().settings.instance_path)
    try:
        yield
    finally:
        os.close(place)


def _wait_for_place(folder: Path) -> int:
    began = time.monotonic()
    while (place := _free_place(folder)) is None:
        if time.monotonic() >= began + PATIENCE:
            metrics.password_refusals.inc()
            raise Busy
        time.sleep(PAUSE)
    metrics.password_wait_seconds.observe(time.monotonic() - began)
    return place


def _free_place(folder: Path) -> int | None:
    for number in range(PLACES):
        place = os.open(folder / f"argon-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(place)
        else:
            return place
    return None
