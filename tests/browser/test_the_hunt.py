"""A hunt that finds nothing proves nothing, unless it finds what was planted."""

import sqlite3
from base64 import b64encode, urlsafe_b64encode

import pytest

from tests.browser import hunt

WORD = "lanternfish"


@pytest.mark.parametrize(
    "planted",
    [
        b"her LanternFish hour",
        "her lanternfish hour".encode("utf-16-le"),
        "Lanternfish".encode("utf-16-be"),
        b64encode(b"lanternfish"),
        b64encode(b"x lanternfish hour"),
        urlsafe_b64encode(b"xx Lanternfish hour"),
        b"lanternfish".hex().upper().encode(),
    ],
)
def test_a_word_is_found_in_any_of_its_shapes(tmp_path, planted):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\x00\xff" + planted + b"\x9c")
    assert hunt.found([WORD, "marzipan"], hunt.files_under(tmp_path)) == ["lanternfish in file"]


def test_a_word_is_found_in_a_database_and_its_log(tmp_path):
    database = sqlite3.connect(tmp_path / "journal.sqlite3")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE words (said)")
    database.execute("INSERT INTO words VALUES (?)", (f"the {WORD} hour",))
    database.commit()
    told = hunt.found([WORD], hunt.files_under(tmp_path))
    assert told == ["lanternfish in journal.sqlite3-wal"]
    database.close()
    assert hunt.found([WORD], hunt.files_under(tmp_path)) == ["lanternfish in journal.sqlite3"]
