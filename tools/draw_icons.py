"""Draw the app's icons into static/icons/: the half sun of app.svg, as PNGs."""

import struct
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Final

ICONS: Final = Path(__file__).resolve().parent.parent / "static" / "icons"
# Name, pixels, how much of app.svg's width the drawing takes, and whether its corners are round.
# A launcher cuts a maskable icon to any shape within its inner four fifths.
DRAWN: Final = (
    ("app-192.png", 192, 1.0, True),
    ("app-512.png", 512, 1.0, True),
    ("app-maskable-512.png", 512, 0.72, False),
    ("apple-touch-icon.png", 180, 0.86, False),
)
SKY: Final = ((0.0, (0x3B, 0x35, 0x60)), (0.6, (0xB0, 0x71, 0x8F)), (1.0, (0xF3, 0xB6, 0x5B)))
SUN: Final = (0xFF, 0xF3, 0xDF)
SIDE: Final = 64  # of app.svg's view box
CORNER: Final = 15
FINE: Final = 3  # samples of a pixel, each way
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def main() -> None:
    """Draw each of them."""
    for name, size, scale, rounded in DRAWN:
        (ICONS / name).write_bytes(png(size, rows(size, scale, rounded=rounded)))


def rows(size: int, scale: float, *, rounded: bool) -> list[bytes]:
    """Return the picture's lines of RGBA pixels, each with PNG's filter byte in front."""
    steps = [(n + 0.5) / FINE for n in range(FINE)]
    lines = []
    for row in range(size):
        line = bytearray(b"\0")
        for column in range(size):
            hits = [
                _at((column + x) * SIDE / size, (row + y) * SIDE / size, scale, rounded=rounded)
                for y in steps
                for x in steps
            ]
            line += _mixed(hits, row / size)
        lines.append(bytes(line))
    return lines


def png(size: int, lines: list[bytes]) -> bytes:
    """Return a square PNG of eight bits a channel with transparency."""
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(lines), 9)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _at(x: float, y: float, scale: float, *, rounded: bool) -> str:
    """Tell what is at a point of the view box: nothing, the sky, or the sun and its horizon."""
    if rounded and not _in_square(x, y):
        return "nothing"
    middle = SIDE / 2
    x, y = (x - middle) / scale + middle, (y - middle) / scale + middle
    sun = y <= 44 and (x - 32) ** 2 + (y - 44) ** 2 <= 18**2
    along = min(max(x, 9), 55)
    horizon = (x - along) ** 2 + (y - 48) ** 2 <= 2**2
    return "sun" if sun or horizon else "sky"


def _in_square(x: float, y: float) -> bool:
    inner = (min(max(x, CORNER), SIDE - CORNER), min(max(y, CORNER), SIDE - CORNER))
    return (x - inner[0]) ** 2 + (y - inner[1]) ** 2 <= CORNER**2


def _mixed(hits: list[str], height: float) -> bytes:
    shown = [hit for hit in hits if hit != "nothing"]
    if not shown:
        return bytes(4)
    lit = shown.count("sun") / len(shown)
    sky = _sky(height)
    colour = (round(a * (1 - lit) + b * lit) for a, b in zip(sky, SUN, strict=True))
    return bytes((*colour, round(255 * len(shown) / len(hits))))


def _sky(height: float) -> tuple[float, ...]:
    for (start, above), (end, below) in pairwise(SKY):
        if height <= end:
            part = (height - start) / (end - start)
            return tuple(a + (b - a) * part for a, b in zip(above, below, strict=True))
    return SKY[-1][1]


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


if __name__ == "__main__":
    main()
