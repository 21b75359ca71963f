"""At most two passwords at a time are stretched on one machine: each takes 64 MiB and a core."""

import fcntl
import os
import threading
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


class Queue:
    """How many of this worker's threads are at the gate, waiting or inside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._length = 0

    @contextmanager
    def joined(self, most: int) -> Iterator[None]:
        """Stand in it; raises Busy at once when `most` do already."""
        with self._lock:
            if self._length >= most:
                raise Busy
            self._length += 1
        try:
            yield
        finally:
            with self._lock:
                self._length -= 1


_queue = Queue()


@contextmanager
def argon_gate() -> Iterator[None]:
    """Hold one of the machine's places; raises Busy after five seconds of waiting.

    File locks count across workers, and the kernel frees them when a worker dies. Half of a
    worker's threads may wait here: the others go on answering people who are signed in.
    """
    settings = parts().settings
    with _queue.joined(max(1, settings.blocking_threads // 2)):
        place = _wait_for_place(settings.instance_path)
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
