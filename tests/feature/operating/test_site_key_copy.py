"""Otto proves that he has a copy of the site key."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from journal import instance, serving
from journal.config import Settings
from journal.core.site import SiteKey
from journal.db import Database
from journal.operating import site_key_copy


@pytest.fixture
def otto(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def reminded(settings: Settings) -> bool:
    return site_key_copy.reminder(settings, instance.read_site_key(settings)) is not None


def refused(otto: FlaskCliRunner, copy: object) -> str:
    run = otto.invoke(args=["confirm-site-key-copy", str(copy)])
    assert run.exit_code == 1
    assert run.stderr.count("\n") == 1
    return run.stderr


def test_a_true_copy_is_confirmed(settings: Settings, otto, tmp_path: Path) -> None:
    copy = tmp_path / "stick.key"
    copy.write_bytes(settings.site_key_file.read_bytes())
    assert reminded(settings)
    assert otto.invoke(args=["confirm-site-key-copy", str(copy)]).exit_code == 0
    assert not reminded(settings)


def test_the_checksum_of_a_copy_on_paper_is_taken(settings: Settings, otto) -> None:
    _, second = settings.site_key_file.read_text().splitlines()
    number, _, checksum = second.split()
    run = otto.invoke(args=["confirm-site-key-copy"], input=f"{number} {checksum}\n")
    assert run.exit_code == 0, run.output
    assert checksum not in run.output.replace(f"{number} {checksum}", "", 1)
    assert not reminded(settings)


def test_what_is_no_copy_is_refused(settings: Settings, otto, tmp_path: Path) -> None:
    other, inside, text = tmp_path / "other", settings.instance_path / "b", tmp_path / "text"
    other.write_text(SiteKey.make().render())
    inside.write_bytes(settings.site_key_file.read_bytes())
    text.write_bytes(b"\xff")
    link = tmp_path / "link"
    link.symlink_to(settings.site_key_file)
    assert "is the site key itself" in refused(otto, settings.site_key_file)
    assert "is the site key itself" in refused(otto, link)
    assert "would be lost together with it" in refused(otto, inside)
    assert "does not hold the site key" in refused(otto, other)
    assert "does not hold the site key" in refused(otto, text)
    for typed in ("1 00000000", "nonsense", "1", tmp_path / "gone", "2 abcdef01"):
        assert "neither a file that is there nor" in refused(otto, typed)
    assert reminded(settings)


def test_a_new_key_needs_a_new_copy(settings: Settings, otto, tmp_path: Path) -> None:
    copy = tmp_path / "stick.key"
    copy.write_bytes(settings.site_key_file.read_bytes())
    otto.invoke(args=["confirm-site-key-copy", str(copy)])
    rotated = instance.read_site_key(settings).rotate()
    settings.site_key_file.unlink()
    instance.write_secret(settings.site_key_file, rotated.render())
    assert reminded(settings)


def test_every_start_says_so_until_then(
    settings: Settings, otto, database: Database, tmp_path: Path, capsys
) -> None:
    serving.tell_how_to_begin(settings, database)
    said = capsys.readouterr().out
    assert said.startswith("Warning: No copy of the site key is confirmed")
    assert said.count("\nSet up the first therapist: http://127.0.0.1:8000/invitations/") == 1
    copy = tmp_path / "stick.key"
    copy.write_bytes(settings.site_key_file.read_bytes())
    otto.invoke(args=["confirm-site-key-copy", str(copy)])
    serving.tell_how_to_begin(settings, database)
    assert "Warning" not in capsys.readouterr().out
