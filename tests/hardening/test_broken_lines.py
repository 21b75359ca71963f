"""Every attack's tests turn red when the line that they guard is broken, in a copy of the tree.

Red when a test passes whatever the journal does. tests/unit/test_broken_lines.py sees to it that
the lines still stand.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hardening.broken import BROKEN, Broken
from tests.hardening.clinic import LONG

ROOT = Path(__file__).parents[2]
NEEDED = ("journal", "tests", "templates", "static", "bench", "docs", "tools")
QUICK = {"UNSHRUNK": "1"}

pytestmark = pytest.mark.skipif(not LONG, reason="each line is a run of its own")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("broken")
    for name in NEEDED:
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=skipped)
    for path in ROOT.glob("*.toml"):
        shutil.copy(path, folder)
    shutil.copy(ROOT / "wsgi.py", folder)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.file}-{broken.test}")
def test_the_attack_turns_red(copy: Path, broken: Broken) -> None:
    path = copy / "journal" / broken.file
    text = path.read_text()
    path.write_text(text.replace(broken.line, broken.instead))
    try:
        ran = run(copy, broken.test)
    finally:
        path.write_text(text)
    assert ran.returncode == 1, ran.stdout
    assert "\nFAILED " in ran.stdout, ran.stdout


def run(copy: Path, test: str) -> "subprocess.CompletedProcess[str]":
    name, colons, one = test.partition("::")
    asked = f"tests/attack/test_{name}.py{colons}{one}"
    return subprocess.run(
        # Without byte code: two files written within one second look the same to Python.
        [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-n", "0", "--tb=line", "-rf", asked],
        cwd=copy,
        env={**{name: text for name, text in os.environ.items() if name != "HARDEN"}, **QUICK},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
