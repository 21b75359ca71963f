"""Settings: an operator's slip ends the start with one clear line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from journal import config
from journal.config import Settings


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    """Read the settings, which must fail; return what was said."""
    with pytest.raises(SystemExit) as ending:
        config.read()
    assert ending.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_the_defaults_serve_on_this_machine_alone() -> None:
    settings = config.read()
    assert settings.bind == "127.0.0.1"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{settings.instance_path / 'journal.sqlite3'}"
    assert not settings.secure


def test_the_port_is_part_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert config.read().base_url == "http://127.0.0.1:8123"


def test_everything_moves_with_the_instance(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JOURNAL_INSTANCE_PATH", str(tmp_path))
    settings = config.read()
    assert settings.site_key_file == tmp_path / "site.key"
    assert str(tmp_path) in settings.database_url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JOURNAL_IDEL_MINUTES", "15"),
        ("JOURNAL_TESTING", "1"),
        ("JOURNAL_IDLE_MINUTES", "61"),
        ("JOURNAL_IDLE_MINUTES", "soon"),
        ("JOURNAL_WORKERS", "0"),
        ("JOURNAL_BASE_URL", "http://journal.example.org"),
        ("JOURNAL_BASE_URL", "https://journal.example.org/path"),
        ("JOURNAL_BASE_URL", "journal.example.org"),
        ("JOURNAL_DATABASE_URL", "mysql://journal.example.org"),
        ("JOURNAL_CLINIC_NAME_FILE", "/nowhere/at/all"),
        ("PORT", "eighty"),
        ("JOURNAL_METRICS_BIND", "9108"),
        ("JOURNAL_SMTP_SECURITY", "ssl"),
        ("JOURNAL_PUSH_CONTACT", "otto@example.org"),
        ("JOURNAL_METRICS_BIND", "127.0.0.1"),
        ("JOURNAL_METRICS_BIND", "127.0.0.1:9108/metrics"),
        ("JOURNAL_METRICS_BIND", "127.0.0.1:8000"),
    ],
)
def test_a_slip_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert name in refusal(capsys)


def test_a_refused_secret_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNAL_DATABASE_URL", "mysql://otto:hunter2@127.0.0.1")
    assert "hunter2" not in refusal(capsys)


def test_a_secret_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql+psycopg://otto:hunter2@127.0.0.1/journal\n")
    monkeypatch.setenv("JOURNAL_DATABASE_URL_FILE", str(secret))
    settings = config.read()
    assert settings.database_url.endswith("/journal")
    assert "hunter2" not in repr(settings)


def test_a_setting_given_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "name").write_text("Linden practice")
    monkeypatch.setenv("JOURNAL_CLINIC_NAME", "Linden practice")
    monkeypatch.setenv("JOURNAL_CLINIC_NAME_FILE", str(tmp_path / "name"))
    assert "JOURNAL_CLINIC_NAME" in refusal(capsys)


def test_settings_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1


def test_a_start_with_a_slip_shows_no_traceback() -> None:
    start = subprocess.run(
        [sys.executable, "-m", "journal.serving"],
        env={**os.environ, "JOURNAL_NOPE": "1"},
        capture_output=True,
        text=True,
        check=False,
        cwd=config.ROOT,
    )
    assert start.returncode == 2
    assert start.stderr.count("\n") == 1


def test_no_reminder_goes_in_the_clear_but_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNAL_SMTP_SECURITY", "none")
    monkeypatch.setenv("JOURNAL_SMTP_HOST", "localhost")
    assert "JOURNAL_SMTP_FROM" in refusal(capsys)
    monkeypatch.setenv("JOURNAL_SMTP_FROM", "reminders@example.org")
    assert config.read().smtp_security == "none"
    monkeypatch.setenv("JOURNAL_SMTP_HOST", "mail.example.org")
    assert "JOURNAL_SMTP_SECURITY" in refusal(capsys)
