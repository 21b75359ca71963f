"""Rows of CSV that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import Iterable

BOM = "\ufeff".encode()  # without it Excel takes UTF-8 for something else
# A spreadsheet runs a cell that begins so, and what it runs can send the other cells away.
RUNS = tuple("=+-@\t\r\n＝＋－＠")


def row(cells: Iterable[object]) -> bytes:
    """Return one line of CSV; None is an empty cell."""
    line = io.StringIO()
    csv.writer(line).writerow(guarded("" if cell is None else str(cell)) for cell in cells)
    return line.getvalue().encode("utf-8", "replace")


def guarded(cell: str) -> str:
    """Return the cell with an apostrophe in front where a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(RUNS) else cell
