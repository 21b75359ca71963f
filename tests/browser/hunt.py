"""Looks for words in every file of a folder, as a thief with a hex editor would."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SHORTEST = 6  # bytes; in a megabyte of noise fewer turn up by themselves


def traces(word: str) -> Iterator[bytes]:
    """The shapes a word may take in a file: bytes, UTF-16, hex, base64 at any offset."""
    assert len(word) >= SHORTEST, word
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        plain = word.lower().encode(encoding)
        yield plain
        yield plain.hex().encode()
    for spelled in {word, word.lower(), word.capitalize()}:
        for offset in range(3):
            # Four letters of base64 hold three bytes; those at the edges hold neighbours, too.
            whole = b64encode(b"\0" * offset + spelled.encode())
            inner = whole[4 if offset else 0 : (offset + len(spelled.encode())) // 3 * 4]
            if len(inner) >= SHORTEST:
                yield inner


def found(words: Iterable[str], places: Iterable[Path]) -> list[str]:
    """Which words stand in which files, whatever their case."""
    shapes = [(word, shape) for word in words for shape in traces(word)]
    told = []
    for place in sorted(places):
        held = place.read_bytes()
        # base64 knows capitals, everything else is looked for without them
        lowered = held.lower()
        for word, shape in shapes:
            if shape in held or shape in lowered:
                told.append(f"{word} in {place.name}")
    return sorted(set(told))


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
