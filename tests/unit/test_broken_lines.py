"""Each attack says which line, broken, turns it red; `make harden` breaks them one by one."""

import ast
from pathlib import Path

import pytest

from tests.hardening.broken import BROKEN

ROOT = Path(__file__).parents[2]
ATTACKS = sorted((ROOT / "tests" / "attack").glob("test_*.py"))


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.file}-{broken.test}")
def test_the_line_still_stands(broken) -> None:
    text = (ROOT / "journal" / broken.file).read_text()
    assert text.count(broken.line) == 1, broken.line
    assert broken.line.strip() != broken.instead.strip()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: path.stem)
def test_every_attack_says_what_turns_it_red(attack: Path) -> None:
    tree = ast.parse(attack.read_text())
    places = [tree, *(one for one in tree.body if isinstance(one, ast.FunctionDef))]
    said = " ".join(ast.get_docstring(place) or "" for place in places)
    assert "Red when" in said
    tests = {place.name for place in places[1:]}
    named = [one.test.partition("::") for one in BROKEN]
    ours = {test for name, _, test in named if f"test_{name}" == attack.stem}
    assert ours, "no line is broken for it in tests/hardening/broken.py"
    assert ours - {""} <= tests
