"""Fixtures for every test: settings in a folder of its own, a database, the app."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from journal import instance
from journal.config import Settings
from journal.db import SQLITE_PRAGMAS, Database
from journal.web.application import Application
from tests import databases, passwords
from tests.applications import Applications

hypothesis_settings.register_profile("tests", database=None, deadline=None)
hypothesis_settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    # The machine's own settings must not reach a test.
    for name in [name for name in os.environ if name.startswith("JOURNAL_") or name == "PORT"]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Stretch with the least work Argon2id takes: tests/unit/crypto alone tries the real work."""
    with pytest.MonkeyPatch.context() as patch:
        passwords.stretch_by(patch, passwords.QUICK)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_disk() -> Iterator[None]:
    """Let SQLite wait for no disk, compiling once; what is served for kill -9 waits as ever."""
    quick = tuple(
        pragma.replace("synchronous = FULL", "synchronous = OFF") for pragma in SQLITE_PRAGMAS
    )
    assert quick != SQLITE_PRAGMAS, "what is answered is on the disk"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("journal.db.SQLITE_PRAGMAS", quick)
        databases.compile_statements_once(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let every app of this run share the compiled templates: each test makes an app."""
    kept = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        options = {**Application.jinja_options, "bytecode_cache": kept}
        patch.setattr(Application, "jinja_options", options)
        yield


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once() -> Iterator[None]:
    """Let every app of this run share what writes an address: a third of a test went into that."""
    built, compiled = Rule._compile_builder, {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> object:
        if rule.defaults:
            return built(rule, append_unknown)
        # All that the function holds; the rule itself is given to it at each call.
        known = (rule.rule, tuple(rule._trace), append_unknown)
        return compiled.get(known) or compiled.setdefault(known, built(rule, append_unknown))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


@pytest.fixture(scope="session")
def database_source(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[databases.Source]:
    kind = request.config.getoption("--database")
    with databases.source(kind, tmp_path_factory.mktemp("template")) as source:
        yield source


@pytest.fixture
def settings(database_source: databases.Source, tmp_path: Path) -> Iterator[Settings]:
    """Settings for a new instance with a migrated, empty database and a site key."""
    folder = tmp_path / "instance"
    folder.mkdir()
    name = f"journal-{uuid.uuid4()}"
    given = Settings(
        instance_path=folder,
        clinic_name="Linden practice",
        clinic_hours="Monday to Friday, 9 to 17",
        testing=True,
    )
    instance.prepare(given)
    yield given.model_copy(update={"database_url": database_source.clone(folder, name)})
    database_source.drop(name)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    ours = Database(settings.database_url)
    yield ours
    ours.dispose()


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """One session, for tests of the core without the web."""
    with database.session() as session:
        yield session


@pytest.fixture(scope="session")
def applications() -> Applications:
    return Applications()


@pytest.fixture
def app(applications: Applications, settings: Settings) -> Iterator[Flask]:
    """The application over a database of the test's own; its pages are shared."""
    with applications.lent(settings) as ours:
        yield ours


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Use the system's Chromium: the tests download no browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.exit("chromium is missing: install it, or run `make test` as root", 3)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": found, "args": [*sandbox, "--disable-dev-shm-usage"]}
