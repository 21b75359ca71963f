"""docs/threat-model.md maps each promise to its tests: none of those may be gone unnoticed."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(
    set(re.findall(r"`((?:tests/)?[\w/]*test_\w+\.py(?:::test_\w+)?|tests/[\w/]+/)`", PAGE))
)
TABLES = ("## Promise, defence, test", "## The attacks one by one")


def rows(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without the two that head it."""
    below = PAGE.partition(f"{heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def found(name: str) -> list[Path]:
    """The files that a name on the page means: a path, or the name alone of one under tests/."""
    return [ROOT / name] if name.startswith("tests/") else list((ROOT / "tests").rglob(name))


@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_is_there(named: str) -> None:
    name, _, test = named.partition("::")
    there = [path for path in found(name) if path.exists()]
    assert there, f"{name} is gone"
    assert not test or any(test in names_in(path) for path in there), f"{named} is gone"


@pytest.mark.parametrize("heading", TABLES)
def test_every_line_of_the_tables_names_a_test(heading: str) -> None:
    before = ""
    assert rows(heading)
    for cells in rows(heading):
        named = cells[-1] if not cells[-1].startswith("the same") else before
        assert "test" in named, cells
        before = named


def test_every_attack_stands_on_the_page() -> None:
    attacks = {path.name for path in (ROOT / "tests" / "attack").glob("test_*.py")}
    named = {name.partition("::")[0].rpartition("/")[2] for name in NAMED}
    assert attacks <= named, attacks - named
