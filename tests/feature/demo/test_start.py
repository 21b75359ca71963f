"""`make demo`: it is served here alone, fills what is empty, and leaves real people alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from journal import clock, instance, serving
from journal.config import Settings
from journal.core import accounts
from journal.db import Database
from journal.demo import __main__ as start
from journal.demo import people, year
from journal.demo.clinic import Clinic
from tests import people as others


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody sign up and nobody write: what is tried here needs no year."""
    monkeypatch.setattr(year, "writing", lambda *_: iter(()))
    monkeypatch.setattr(year, "looks", lambda *_: iter(()))


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that were printed since the last time."""
    return capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("few")
def test_it_fills_once_and_prints_the_same_lines_again(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    start.begin(settings, database)
    first = said(capsys)
    assert first == people.sign_ins()
    assert "Sign in as Tess Hollow (therapist): tess@demo.example / " in first[0]
    before = everything(database)
    start.begin(settings, database)
    assert said(capsys) == first
    assert everything(database) == before


def test_it_leaves_an_instance_with_real_people_alone(
    settings: Settings, database: Database, db: Session
) -> None:
    others.therapist(db, instance.read_site_key(settings), "Tess")
    before = everything(database)
    with pytest.raises(OSError, match="did not make"):
        start.begin(settings, database)
    assert everything(database) == before
    assert instance.demo_mark(settings) == ""


@pytest.mark.usefixtures("few")
def test_people_beside_the_made_up_ones_are_left_alone(
    settings: Settings, database: Database, db: Session
) -> None:
    site = instance.read_site_key(settings)
    year.fill(Clinic(db, site, clock.now()))
    others.therapist(db, site, "Otto")
    with pytest.raises(OSError, match="did not make"):
        start.begin(settings, database)


@pytest.mark.usefixtures("few")
def test_somebody_who_tried_the_sign_up_does_not_end_the_demo(
    settings: Settings, database: Database, db: Session
) -> None:
    start.begin(settings, database)
    others.therapist(db, instance.read_site_key(settings), "Otto")
    start.begin(settings, database)


@pytest.mark.usefixtures("few")
def test_a_demo_that_was_cut_off_says_what_to_do(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("journal.demo.year.rotation.finish", cut_off)
        with pytest.raises(RuntimeError):
            start.begin(settings, database)
    with pytest.raises(OSError, match="never finished"):
        start.begin(settings, database)


def cut_off(*_: object, **__: object) -> None:
    """Fail, as a killed program does."""
    raise RuntimeError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JOURNAL_BASE_URL", "https://journal.example.org"),
        ("JOURNAL_BIND", "0.0.0.0"),
        ("JOURNAL_BIND", "::"),
        ("JOURNAL_TRUSTED_PROXIES", "1"),
    ],
)
def test_it_is_refused_where_others_could_reach_it(
    name: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "demo"
    for surrounding in start.SURROUNDINGS:
        monkeypatch.setenv(surrounding, start.SURROUNDINGS[surrounding])
    monkeypatch.setenv("JOURNAL_INSTANCE_PATH", str(folder))
    monkeypatch.setenv(name, value)
    # Were it not refused, this test would serve it.
    monkeypatch.setattr(start.serving, "main", lambda _begin: pytest.fail("it went on"))
    assert start.main() == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "127.0.0.1" in told
    assert not folder.exists()


def test_make_run_does_not_serve_a_demo_to_others(settings: Settings) -> None:
    instance.mark_demo(settings, "filled")
    public = settings.model_copy(update={"base_url": "https://journal.example.org"})
    with pytest.raises(OSError, match="passwords"):
        serving.prepare(public)


def test_it_changes_nothing_where_the_site_key_is_missing(
    settings: Settings, database: Database, db: Session
) -> None:
    others.therapist(db, instance.read_site_key(settings), "Tess")
    settings.site_key_file.unlink()
    with pytest.raises(OSError, match="did not make"):
        start.begin(settings, database)


def test_an_older_schema_is_not_brought_up_for_a_refusal(
    settings: Settings, database: Database, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    others.therapist(db, instance.read_site_key(settings), "Tess")
    monkeypatch.setattr(start.config, "read", lambda: settings)
    monkeypatch.setattr(start.serving, "main", lambda _begin: pytest.fail("it went on"))
    assert start.main() == 1


def everything(database: Database) -> tuple[int, bytes]:
    """Return how many accounts there are and the first's state, which any sign-in changes."""
    with database.session() as db:
        found = db.execute(accounts.select(accounts.Account.state)).scalars().all()
    return len(found), b"".join(sorted(found))
