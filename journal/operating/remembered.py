"""What the instance remembers of its own operation: a small file of facts, none of them secret."""

import json
from pathlib import Path

from journal import instance

NAME = "operating.json"
Fact = dict[str, str]


def fact(folder: Path, name: str) -> Fact | None:
    """Return what is remembered under a name, None if nothing is or the file can't be read."""
    found = _all(folder).get(name)
    return found if isinstance(found, dict) else None


def remember(folder: Path, name: str, what: Fact) -> None:
    """Keep a fact in the instance folder, over an older one of that name; raises OSError."""
    with instance.locked(folder, "operating"):
        facts = {**_all(folder), name: what}
        instance.write_secret(folder / NAME, json.dumps(facts, indent=2) + "\n")


def forget(folder: Path, name: str) -> None:
    """Keep a fact no longer; raises OSError."""
    with instance.locked(folder, "operating"):
        facts = {kept: what for kept, what in _all(folder).items() if kept != name}
        instance.write_secret(folder / NAME, json.dumps(facts, indent=2) + "\n")


def _all(folder: Path) -> dict[str, Fact]:
    try:
        found = json.loads((folder / NAME).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
