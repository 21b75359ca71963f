"""A zip written piece by piece: what was handed on is kept nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1980, 2107  # all that a zip's clock can say
OWNER_ONLY = 0o600 << 16
UNIX = 3


class Sink:
    """A stream without a way back, as zipfile writes to one; `take` empties it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def __len__(self) -> int:
        return len(self._held)

    def write(self, piece: bytes) -> int:
        """Hold a piece; its length in bytes."""
        self._held += piece
        return len(piece)

    def flush(self) -> None:
        """Do nothing: whoever takes decides when."""

    def close(self) -> None:
        """Do nothing: what is held can still be taken."""

    def take(self) -> bytes:
        """Return what is held, and hold nothing any more."""
        taken = bytes(self._held)
        self._held.clear()
        return taken


class Archive:
    """A growing zip; files bear times in the zone given (an IANA name)."""

    def __init__(self, zone: str) -> None:
        self.sink = Sink()
        self._zone = ZoneInfo(zone)
        self._zip = ZipFile(self.sink, "w", ZIP_DEFLATED)

    def put(self, path: str, at: datetime, content: bytes) -> None:
        """Add one file whole."""
        self._zip.writestr(self._about(path, at), content)

    @contextmanager
    def growing(self, path: str, at: datetime) -> Iterator[IO[bytes]]:
        """Add one file bit by bit; no other can be added meanwhile."""
        with self._zip.open(self._about(path, at), "w") as file:
            yield file

    def holds(self, path: str) -> bool:
        """Tell whether there is a file of that path."""
        return path in self._zip.NameToInfo

    def local(self, at: datetime) -> datetime:
        """Return a moment in the archive's zone, as it is where the calendar ends."""
        try:
            return at.astimezone(self._zone)
        except OverflowError:
            return at

    def finish(self) -> None:
        """Write the directory: without it nobody takes the zip for a whole one."""
        self._zip.close()

    def _about(self, path: str, at: datetime) -> ZipInfo:
        local = self.local(at)
        year = min(max(local.year, FIRST_YEAR), LAST_YEAR)
        stamp = (year, local.month, local.day, local.hour, local.minute, local.second)
        about = ZipInfo(path, stamp)
        about.compress_type = ZIP_DEFLATED
        about.external_attr = OWNER_ONLY
        # The same export is the same bytes, whatever the server runs on.
        about.create_system = UNIX
        return about
