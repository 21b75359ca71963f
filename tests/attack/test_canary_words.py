"""Unique words go through every form; then the disk, the rows and the logs hold none of them.

Red when a column is written unsealed, `logging` logs a path or a message, an error quotes a value
(`hide_parameters` in db.py), or a notice carries words into Flask's readable cookie.
"""

from __future__ import annotations

import base64
import logging
import re
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from journal.base import Base
from journal.core import records
from tests.people import PASSWORD
from tests.town import TYPED, Town, email, invite
from tests.visitors import read

NAMES = ("tess", "theo", "ana", "otto")
SHORTEST = 6  # letters; shorter words stand in random bytes and in the schema by chance
TYPED_LATER = {
    "title": "Gossamertitle",
    "body": "a pomegranateconfession at night",
    "tags": "velvettag",
    "note": "the marzipannote",
    "label": "Peregrinelabel",
    "q": "tangerinesearch",
    "name": "Quicksilvername",
    "email": "butterscotch@example.org",
    "password": "elderflower harmonium guess",
    "kit": "ZZZZ-KITKANARIE",
    "zone": "Europe/Turquoise",
    "next": "/entries?q=cinnamonpath",
    "amount": "twelve marjoramdrops",
    "often": "each rosemaryevening",
    "reason": "the lavenderreason",
    "words": "oreganowords",
    "other": "sassafrasother",
}


def words(*texts: str) -> set[str]:
    found = {word for text in texts for word in re.findall(r"[\w@.]+", text)}
    return {word for word in found if len(word) >= SHORTEST} - {"unfinished", "Europe", "entries"}


def forms_of(word: str) -> set[bytes]:
    """Return a word as it could lie in a file: encodings, escapes, base64 at each offset."""
    raw = word.encode()
    found = {raw, raw.lower(), raw.upper(), word.encode("utf-16-le"), word.encode("utf-16-be")}
    found |= {ascii(word)[1:-1].encode(), raw.hex().encode(), raw[::-1]}
    for at in range(3):
        coded = base64.b64encode(b"\x00" * at + raw)
        found.add(coded[(0, 2, 3)[at] : len(coded) - 4])
    return {one for one in found if len(one) >= SHORTEST}


def leaks(held: bytes, secret: set[str]) -> set[str]:
    return {word for word in secret if any(form in held for form in forms_of(word))}


def secrets_of(town: Town) -> set[str]:
    cookies = {value for person in town.people.values() for value in person.cookies.values()}
    token = town["link"].rpartition("/")[2]
    mails = {email(name) for name in NAMES}
    return words(*TYPED.values(), *mails, PASSWORD) | cookies | {token, PASSWORD}


def rows(town: Town) -> bytes:
    """Return everything that the tables hold, as bytes."""
    found = []
    with town.database.session() as db:
        for table in Base.metadata.tables.values():
            for row in db.execute(select(table)):
                found += [v if isinstance(v, bytes) else str(v).encode() for v in row]
    return b"\n".join(found)


def test_the_measure_finds_what_is_there() -> None:
    for held in (
        b"xlanternfishx",
        base64.b64encode(b"..lanternfish."),
        b"l\0a\0n\0t\0e\0r\0n\0f\0i\0s\0h\0",
    ):
        assert leaks(held, {"lanternfish"})
    assert not leaks(b"lantern", {"lanternfish"})


def test_no_row_holds_a_word_a_name_an_address_a_cookie_or_a_link(town: Town) -> None:
    held = rows(town)
    assert len(held) > 20_000
    assert leaks(held, secrets_of(town)) == set()
    kit = re.findall(r"<span>(\w{4})</span>", town.ana.get("/account/recovery-kit").text)
    assert len(kit) == 9
    assert "".join(kit).encode() not in held
    assert "-".join(kit).encode() not in held


def test_no_file_of_the_instance_holds_one_either(town: Town, tmp_path: Path) -> None:
    """With a write-ahead log that was not yet folded in, the lock files and the site key."""
    town.ana.arrive("/entries/new", body="freshly typed hippocampusword")
    folders = {town.settings.instance_path, tmp_path}
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    held = b"\n".join(path.read_bytes() for path in files)
    assert any(path.name.startswith("site") for path in files)
    assert leaks(held, secrets_of(town) | {"hippocampusword"}) == set()


def use_everything(town: Town) -> None:
    """Type the later words into every form, well and badly, and into addresses."""
    ana, tess, stranger, typed = town.ana, town.tess, town.stranger, TYPED_LATER
    entry = f"/entries/{town['private']}"
    for visitor, paths in (
        (ana, ("/entries/new", "/check-ins/new", f"{entry}/edit", f"/drafts/{uuid4()}")),
        (ana, ("/medications/new", "/medications/exposures/new", "/medications/checks/new")),
        (ana, ("/account", "/account/password", f"/sharing/{town['grant']}", f"{entry}/shares")),
        (ana, ("/account/recovery-kit", "/account/recovery-kit/renewal")),
        (tess, ("/caseload/invitations/new", "/account")),
        (stranger, ("/sign-in", "/recovery", town["link"], "/entries/new")),
    ):
        for path in paths:
            for more in ({}, {"mood": 5, "version": 1}, {"occurred_at": "pistachiotime"}):
                assert visitor.post(path, **typed, **more).status_code < 500, path
    for path in ("/entries", "/caseload", "/sign-in", "/pomegranateconfession", "/trends"):
        for visitor in (ana, tess, stranger):
            visitor.get(path, query_string=typed, headers={"User-Agent": "velvettag"})
    assert read(ana.get("/entries", query_string={"q": "pomegranateconfession"})).text


def test_the_log_holds_none_of_it(
    town: Town, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    use_everything(town)
    invite(town.tess, TYPED_LATER["label"])
    out, log = capfd.readouterr()
    assert log.count("answered") > 40
    held = f"{out}\n{log}\n{caplog.text}".encode()
    ids = {value for name, value in town.made.items() if name != "link"}
    secret = words(*TYPED_LATER.values()) | secrets_of(town) | ids | {"pistachiotime", "127.0.0.1"}
    assert leaks(held, secret) == set()


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, AssertionError])
def test_a_failure_tells_neither_the_log_nor_the_page(
    town: Town,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Exception],
) -> None:
    """A parser's message quotes what it read, and so does the error that it came from."""

    def fail(*_given: object, content: dict[str, str], **_named: object) -> None:
        try:
            int(content["body"])
        except ValueError as error:
            raise kind(content["body"], TYPED["ana"]) from error

    monkeypatch.setattr(records, "write", fail)
    caplog.set_level(logging.DEBUG)
    answer = town.ana.post("/entries/new", body=TYPED_LATER["body"], title=TYPED_LATER["title"])
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"
    out, log = capfd.readouterr()
    assert "failure" in log
    held = f"{out}\n{log}\n{caplog.text}\n{answer.text}".encode()
    assert leaks(held, words(*TYPED_LATER.values(), *TYPED.values())) == set()
    assert "Traceback" not in answer.text


def test_an_error_of_the_database_quotes_no_values(
    town: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    with town.database.session() as db:
        for table in ("records", "scopes"):
            db.execute(Base.metadata.tables[table].delete())
        db.connection().exec_driver_sql("DROP TABLE records")
        db.commit()
    answer = town.ana.post("/entries/new", **TYPED_LATER)
    assert answer.status_code in (409, 500, 503)
    held = "".join(capfd.readouterr()) + answer.text
    assert leaks(held.encode(), words(*TYPED_LATER.values()) - {"Gossamertitle"}) == set()
    with town.database.session() as db, pytest.raises(SQLAlchemyError) as failed:
        db.execute(text("INSERT INTO records (id) VALUES (:id)"), {"id": "Gossamertitle"})
    assert "Gossamertitle" not in str(failed.value)


def test_the_browsers_cookies_hold_none_of_it(town: Town) -> None:
    use_everything(town)
    for person in (town.ana, town.tess):
        payload = person.cookies["browser"].lstrip(".").split(".")[0]
        held = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        secret = words(*TYPED_LATER.values(), *TYPED.values())
        assert leaks(held + person.cookies["browser"].encode(), secret) == set()
