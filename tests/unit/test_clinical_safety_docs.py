"""docs/clinical-safety.md: hazards are whole, risks are the matrix's, controls have tests."""

import re
from pathlib import Path

import pytest

from tests.unit.test_threat_model_docs import names_in

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "clinical-safety.md").read_text(encoding="utf-8")
PARTS = ("Hazard", "Possible causes", "Effect", "Controls")
JUDGED = ("Severity", "Likelihood", "Risk", "Owner", "Status")
LIKELIHOODS = ("very low", "low", "medium", "high", "very high")
HAZARDS = dict(re.findall(r"(?ms)^### (H\d\d): .*?\n(.*?)(?=^### |\Z)", PAGE))
ACCEPTED = 3


def said(hazard: str, name: str) -> str:
    """What a hazard says under a name, in one line."""
    found = re.search(rf"(?ms)^- \*\*{name}:\*\* (.*?)(?=^- \*\*|\Z)", HAZARDS[hazard])
    assert found, f"{hazard} says nothing under {name}"
    return " ".join(found[1].split())


def matrix() -> dict[tuple[str, str], int]:
    """The risk of each severity and likelihood, as the page states it."""
    below = PAGE.partition("| severity |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in below.splitlines()[2:]]
    return {
        (row[0], likelihood): int(risk)
        for row in rows
        for likelihood, risk in zip(LIKELIHOODS, row[1:], strict=True)
    }


def test_the_hazards_are_numbered_for_ever() -> None:
    assert len(HAZARDS) > len(LIKELIHOODS) * 3
    assert list(HAZARDS) == [f"H{number:02}" for number in range(1, len(HAZARDS) + 1)]


@pytest.mark.parametrize("hazard", HAZARDS)
def test_a_hazard_is_whole_and_each_control_names_a_test_that_is_there(hazard: str) -> None:
    for name in (*PARTS, *JUDGED):
        assert said(hazard, name)
    controls = said(hazard, "Controls").split("; ")
    assert len(controls) > 1
    for control in controls:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", control)
        assert named, control
        for path, test in named:
            assert (ROOT / path).exists(), path
            assert not test or test in names_in(ROOT / path), f"{path}::{test} is gone"


@pytest.mark.parametrize("hazard", HAZARDS)
def test_its_risks_are_those_of_the_matrix_and_what_is_left_may_be_accepted(hazard: str) -> None:
    severity = said(hazard, "Severity")
    before, _, after = said(hazard, "Likelihood").partition(", with the controls ")
    risks = re.fullmatch(r"(\d) before, (\d) residual", said(hazard, "Risk"))
    assert risks
    expected = matrix()[severity, before], matrix()[severity, after]
    assert tuple(map(int, risks.groups())) == expected
    assert expected[1] <= min(expected[0], ACCEPTED)
