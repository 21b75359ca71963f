"""What a run found: bench/results.json for machines, a table in docs/performance.md for people."""

import json
import os
import platform
import sqlite3
import ssl
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.measured import Measured

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- made by `make bench` -->", "<!-- end of what `make bench` made -->"
PACKAGES = ("flask", "flask-login", "flask-wtf", "sqlalchemy", "cryptography", "granian", "jinja2")


def revision() -> str:
    """Return the revision, "-dirty" when files differ from it, "" without git."""
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip()


def surroundings(at: datetime, measured: str, loads: Sequence[float]) -> dict[str, Any]:
    """Return where and with what this ran.

    measured: the revision; loads: the machine's, before and after.
    """
    return {
        "at": at.isoformat(timespec="seconds"),
        "revision": measured,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "openssl": ssl.OPENSSL_VERSION,
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": [round(load, 1) for load in loads],
        "packages": {name: version(name) for name in PACKAGES},
    }


def write(found: Sequence[Measured], around: dict[str, Any]) -> None:
    """Write both files."""
    measures = [asdict(one) | {"within": one.within} for one in found]
    text = json.dumps({"surroundings": around, "measures": measures}, indent=2)
    RESULTS.write_text(f"{text}\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(between_markers(page, table(found, around)), encoding="utf-8")


def table(found: Sequence[Measured], around: dict[str, Any]) -> str:
    """Return the numbers as a Markdown table, with a line on where they come from."""
    loads = " to ".join(str(load) for load in around["load"])
    said = (
        f"Measured on {around['at'][:10]} at {around['revision']}, Python {around['python']}, "
        f"SQLite {around['sqlite']}, {around['cores']} cores, load {loads} "
        "(a load above the cores means that others used the machine)."
    )
    head = ["| Measure | Median | Spread | Bar | Kept | |", "|---|---:|---:|---:|---|---|"]
    return "\n".join([said, "", *head, *(line(one) for one in found)])


def line(one: Measured) -> str:
    """Return one row of the table."""
    spread = f"{number(one.lowest)} to {number(one.highest)}"
    bar = ""
    if one.bar is not None:
        bar = f"{'at least' if one.at_least else 'at most'} {one.bar:g} {one.unit}".strip()
    kept = {True: "yes", False: "**no**", None: ""}[one.within]
    value = f"{number(one.value)} {one.unit}".strip()
    return f"| {one.name} | {value} | {spread} | {bar} | {kept} | {one.note} |"


def number(value: float) -> str:
    """Return a number with two digits behind the point when it is small, none when it is big."""
    return f"{value:.2f}" if abs(value) < 20 else f"{value:,.0f}"


def between_markers(page: str, made: str) -> str:
    """Return the page with what stands between its markers replaced; raises ValueError."""
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError("the page must hold each marker once")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"
