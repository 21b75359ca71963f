"""How many lines of a list one page takes: pages stay light, and the rest is one tap further."""

from collections.abc import Iterable

from markupsafe import escape

ROOM = 5_700  # bytes for the lines of a page of at most 12 KB; the rest stands around them


def fitting(weights: Iterable[int], room: int = ROOM) -> int:
    """Return how many of the first lines fit, at least one if there is any; weights in bytes."""
    count = 0
    for weight in weights:
        room -= weight
        if count and room < 0:
            break
        count += 1
    return count


def bytes_of(*texts: object) -> int:
    """Return what these words weigh in a page."""
    return sum(len(escape(text).encode()) for text in texts)
