"""What the patients of the demo wrote: one TOML file each, in written/."""

import re
import tomllib
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from journal.demo.medicines import NOTHING, Taken
from journal.demo.plans import Version

FOLDER = Path(__file__).parent / "written"
# The files are wrapped to be read here; on a page a line's end is a line's end.
WRAP = re.compile(r"(?<!\n)\n(?!\n|- |\d+\. )")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, `ago` days ago at a local time; `shared` names who may read this one alone."""

    ago: int
    at: time
    body: str
    title: str = ""
    tags: tuple[str, ...] = ()
    audience: str = "private"
    shared: str = ""

    def content(self) -> dict[str, object]:
        """Return the content of its record."""
        return {"title": self.title, "body": self.body, "tags": list(self.tags)}


@dataclass(frozen=True, slots=True)
class Written:
    """Entries, oldest first; notes and tags of check-ins, for low, fair and good days; a plan;
    what is taken.
    """

    entries: tuple[Entry, ...]
    notes: dict[str, list[str]]
    tags: dict[str, list[str]]
    plan: tuple[Version, ...] = ()
    taken: Taken = NOTHING


def by(patient: str) -> Written:
    """Return what a patient wrote."""
    found = tomllib.loads((FOLDER / f"{patient}.toml").read_text(encoding="utf-8"))
    entries = (_entry(**one) for one in found["entries"])
    return Written(
        tuple(sorted(entries, key=lambda entry: (-entry.ago, entry.at))),
        found["notes"],
        found["tags"],
        tuple(Version(**one) for one in found.get("plan", ())),
        Taken(*(found.get(name, ()) for name in ("medicines", "uses", "checks"))),
    )


def _entry(
    ago: int, at: time, body: str, tags: tuple[str, ...] | list[str] = (), **more: str
) -> Entry:
    return Entry(ago, at, WRAP.sub(" ", body.strip()), tags=tuple(tags), **more)
