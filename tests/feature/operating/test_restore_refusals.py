"""What a restore refuses: each time in one line, and nothing of it is left behind."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from journal.config import ROOT, Settings
from journal.core.site import SiteKey
from journal.operating import restoring
from journal.operating.refusals import Refused
from tests import people
from tests.archives import rewritten


def nothing_there(settings: Settings) -> bool:
    """Whether an instance is as empty as before."""
    if not settings.database_url.startswith("sqlite"):
        engine = create_engine(settings.database_url)
        left = inspect(engine).get_table_names()
        engine.dispose()
        if left:
            return False
    folder = settings.instance_path
    return not folder.exists() or {path.name for path in folder.iterdir()} <= {
        ".instance.lock",
        ".migration.lock",
    }


@pytest.fixture
def refused(clinic, empty):
    """What restores and hands over the one line that it was refused with."""

    def refuse(backup: Path, shred_keys: Path, site_key: Path | None = None) -> str:
        settings = empty()
        site_key = site_key or clinic.settings.site_key_file
        with pytest.raises(Refused) as raised:
            restoring.restore(settings, backup, shred_keys, site_key)
        assert nothing_there(settings)
        assert "\n" not in str(raised.value)
        return str(raised.value)

    return refuse


def test_it_refuses_an_instance_that_is_not_empty(clinic, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")
    with pytest.raises(Refused, match=r"^The instance is not empty: "):
        restoring.restore(
            clinic.settings, made.backup, made.shred_keys, clinic.settings.site_key_file
        )
    assert people.owns(clinic.signed_in(clinic.world.ana)) == clinic.world.records


def test_it_refuses_another_site_key_in_place(clinic, empty, tmp_path: Path) -> None:
    made, settings = clinic.backup(tmp_path / "kept"), empty()
    settings.instance_path.mkdir()
    settings.site_key_file.write_text(SiteKey.make().render())
    with pytest.raises(Refused, match=r"^The instance is not empty: .* is another key"):
        restoring.restore(settings, made.backup, made.shred_keys, clinic.settings.site_key_file)


def test_it_takes_the_same_site_key_in_place(clinic, empty, tmp_path: Path) -> None:
    """It is often mounted as a secret before anything is restored."""
    made, settings = clinic.backup(tmp_path / "kept"), empty()
    settings.instance_path.mkdir()
    key = clinic.settings.site_key_file
    settings.site_key_file.write_bytes(key.read_bytes())
    assert restoring.restore(settings, made.backup, made.shred_keys, key).accounts == 4


def test_it_refuses_a_site_key_that_opens_nothing(clinic, refused, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")
    other = tmp_path / "other.key"
    other.write_text(SiteKey.make().render())
    line = refused(made.backup, made.shred_keys, other)
    assert line == "The site key does not open this backup: it is another one's."


def test_it_refuses_files_that_are_missing_or_something_else(
    clinic, refused, tmp_path: Path
) -> None:
    made = clinic.backup(tmp_path / "kept")
    gone, text = tmp_path / "gone", tmp_path / "text"
    text.write_text("a letter")
    zipped = tmp_path / "zipped"
    zipped.write_bytes(gzip.compress(b"a letter\n"))
    missing = f"{gone} can't be read: No such file or directory."
    assert refused(gone, made.shred_keys) == missing
    assert refused(made.backup, gone) == missing
    assert refused(made.backup, made.shred_keys, gone) == missing
    for other in (text, zipped):
        assert refused(other, made.shred_keys) == f"{other} is not a backup of this journal."
    assert refused(made.backup, made.backup) == f"{made.backup} holds backup."
    assert refused(made.shred_keys, made.backup) == f"{made.shred_keys} holds shred keys."
    bad = refused(made.backup, made.shred_keys, text)
    assert bad == f"{text} is not a site key, or it is damaged."


def test_it_refuses_shred_keys_older_than_the_backup(clinic, refused, tmp_path: Path) -> None:
    old, new = clinic.backup(tmp_path / "kept"), clinic.backup(tmp_path / "kept")
    assert "is older than" in refused(new.backup, old.shred_keys)


def test_it_refuses_another_clinics_shred_keys(clinic, refused, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")

    def without_keys(lines: list[bytes]) -> list[bytes]:
        return lines[:1]

    other = rewritten(made.shred_keys, tmp_path / "other.shred-keys", without_keys)
    assert "it belongs to another one" in refused(made.backup, other)


def test_it_refuses_what_a_newer_version_wrote(clinic, refused, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")
    for name, value in (("number", 2), ("schema", "9999")):

        def newer(lines: list[bytes], name: str = name, value: object = value) -> list[bytes]:
            header = {**json.loads(lines[0]), name: value}
            return [json.dumps(header).encode() + b"\n", *lines[1:]]

        later = rewritten(made.backup, tmp_path / f"{name}.backup", newer)
        line = refused(later, made.shred_keys)
        assert line == f"{later} was made by a newer version of the journal."


@pytest.mark.parametrize("file", ["backup", "shred_keys"])
def test_it_refuses_a_damaged_file(clinic, refused, tmp_path: Path, file: str) -> None:
    made = clinic.backup(tmp_path / "kept")
    whole = getattr(made, file).read_bytes()
    files = {"backup": made.backup, "shred_keys": made.shred_keys}
    plain = gzip.decompress(whole)
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    one_letter = bytearray(plain)
    one_letter[len(plain) // 2] ^= 1
    last_line = plain[: plain.rstrip().rindex(b"\n") + 1]
    damaged = [
        bytes(flipped),
        whole[: len(whole) // 2],
        whole[:-9],
        gzip.compress(bytes(one_letter)),
        gzip.compress(last_line),
    ]
    for at, content in enumerate(damaged):
        path = tmp_path / f"{at}.{file}"
        path.write_bytes(content)
        assert str(path) in refused(*{**files, file: path}.values())


def test_from_the_command_line_each_refusal_is_one_line(clinic, tmp_path: Path) -> None:
    made = clinic.backup(tmp_path / "kept")
    folder = tmp_path / "by-command"
    environment = {**os.environ, "JOURNAL_INSTANCE_PATH": str(folder)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "restore", str(made.backup)]
    command += ["--site-key", str(clinic.settings.site_key_file), "--shred-keys"]

    def run(shred_keys: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, str(shred_keys)], cwd=ROOT, env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    wrong = run(tmp_path / "gone")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == f"{tmp_path / 'gone'} can't be read: No such file or directory.\n"
    right = run(made.shred_keys)
    assert right.returncode == 0, right.stderr
    assert right.stdout.startswith("Restored: 4 accounts and 6 records of ")
    again = run(made.shred_keys)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert again.stderr.startswith("The instance is not empty")
