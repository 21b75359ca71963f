"""The house's import rules, read from the syntax tree so that they can't rot."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "journal").rglob("*.py"))
STANDARD_LIBRARY = sys.stdlib_module_names

# Of the journal itself, what each layer may import: a name allows all that lies beneath it.
OURS = {
    "crypto": {"journal.crypto"},
    "core": {"journal.core", "journal.crypto", "journal.base"},
    "web": {"journal.web", "journal.core", "journal.db", "journal.config", "journal.clock"},
    "features": {"journal.web", "journal.core", "journal.db", "journal.clock", "journal.base"},
    # What the operator runs: the whole instance, and no page, no feature and no crypto.
    "operating": {
        *("journal.operating", "journal.core", "journal.crypto.errors", "journal.base"),
        *("journal.db", "journal.clock", "journal.config", "journal.instance"),
        "journal.migrations",
    },
    "demo": {
        *("journal.demo", "journal.core", "journal.db", "journal.clock", "journal.config"),
        *("journal.instance", "journal.serving"),
    },
}
# Of the packages we install; None allows all but `cryptography`.
THEIRS: dict[str, set[str] | None] = {
    "crypto": {"cryptography"},
    "core": {"sqlalchemy", "zxcvbn"},
    "operating": {"click", "flask", "sqlalchemy"},
    "web": None,
    "features": None,
    "demo": {"sqlalchemy"},
}
# What would make the pure layer depend on where and when it runs.
IMPURE = {"datetime", "logging", "os", "pathlib", "random", "secrets", "socket", "time"}


def imports_of(path: Path) -> Iterator[str]:
    """Yield the full name of everything a module imports, wherever in it that stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package_of(path, node.level)) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def package_of(path: Path, level: int) -> tuple[str, ...]:
    """Return the package that a relative import of this level starts from."""
    package = path.relative_to(ROOT).parent.parts
    return package[: len(package) - level + 1]


def layer_of(path: Path) -> str:
    """Return the folder of journal/ that a module lies in, or "" for the kernel's own modules."""
    parts = path.relative_to(ROOT / "journal").parts
    return parts[0] if len(parts) > 1 else ""


def is_within(name: str, allowed: set[str]) -> bool:
    """Tell whether a dotted name is one of the allowed ones or lies beneath one."""
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


def breaches(path: Path) -> list[str]:
    """Return the imports that the module's layer may not have."""
    layer = layer_of(path)
    if layer not in OURS:
        return []
    ours, theirs = set(OURS[layer]), THEIRS[layer]
    if layer == "features" and len(path.relative_to(ROOT / "journal").parts) > 2:
        # Its own package, and never another feature's.
        ours.add(".".join(path.relative_to(ROOT).parts[:3]))
    found = []
    for name in imports_of(path):
        top = name.partition(".")[0]
        if top == "journal":
            allowed = is_within(name, ours)
        elif top in STANDARD_LIBRARY:
            random_source = path.name == "primitives.py" and top == "os"
            allowed = layer != "crypto" or top not in IMPURE or random_source
        else:
            allowed = top in theirs if theirs is not None else top != "cryptography"
        if not allowed:
            found.append(name)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    assert breaches(path) == []


def test_only_primitives_imports_the_cryptography_library() -> None:
    importers = {
        path.name
        for path in MODULES
        if any(name.partition(".")[0] == "cryptography" for name in imports_of(path))
    }
    assert importers <= {"primitives.py"}


def test_only_the_clock_reads_the_time() -> None:
    readers = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if path != ROOT / "journal" / "clock.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in readers
    ]
    assert found == []


def test_only_the_app_and_the_commands_know_the_features() -> None:
    knowing = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if layer_of(path) not in ("features", "migrations")
        and any(name.startswith("journal.features") for name in imports_of(path))
    }
    assert knowing <= {"journal/__init__.py", "journal/cli.py"}


def test_nothing_but_the_demo_knows_the_demo() -> None:
    knowing = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if layer_of(path) != "demo"
        and any(is_within(n, {"journal.demo"}) for n in imports_of(path))
    }
    assert knowing == set()


def test_no_module_is_longer_than_400_lines() -> None:
    long = [str(path) for path in MODULES if len(path.read_text().splitlines()) > 400]
    assert long == []
