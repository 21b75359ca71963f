"""Few exports at a time: each holds one of the server's threads until its reader has it all."""

from collections.abc import Iterator
from contextlib import ExitStack
from threading import BoundedSemaphore

from flask import Flask, current_app

from journal.core.errors import Busy
from journal.web.parts import Parts

NAME = "journal.exports"
SHARE = 4  # one in so many of a worker's threads may export


def register(app: Flask) -> None:
    """Keep the places of this worker with the app."""
    parts: Parts = app.extensions["journal"]
    places = max(1, parts.settings.blocking_threads // SHARE)
    app.extensions[NAME] = BoundedSemaphore(places)


def take() -> ExitStack:
    """Take a place, given back once when the stack is closed; Busy when there is none.

    Without a bound, slow readers could hold every thread, and the site stood still.
    """
    places: BoundedSemaphore = current_app.extensions[NAME]
    if not places.acquire(blocking=False):
        raise Busy
    place = ExitStack()
    place.callback(places.release)
    return place


def holding(place: ExitStack, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces, and give the place back however that ends."""
    with place:
        yield from pieces
