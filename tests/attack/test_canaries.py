"""Whatever somebody typed is looked for in every byte that the instance keeps.

Red when any verb of the core writes a word, a name or an address unsealed: into a table, the
write-ahead log, a temporary file beside the database, or a log line.
"""

import logging
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journal import instance
from journal.base import Base
from journal.config import Settings
from journal.core import (
    accounts,
    consent,
    invitations,
    pinning,
    records,
    rotation,
    sessions,
    shares,
    throttle,
    unfinished,
)
from journal.core.consent import Choice
from journal.core.errors import WrongCredentials
from journal.core.unfinished import Field, Sent, Words
from tests import people

TYPED = (
    "Quillon",  # names, and the e-mail addresses made of them
    "Zephyrine",
    "quillon@example.org",
    "Ormolu",  # the therapist's label for her patient
    "heliotrope",  # a title
    "susurrus",  # words
    "gloaming",  # a tag
    "petrichor",  # a draft
    "psithurism",  # a form that was not saved
    "borealis-phone",  # a device
    people.PASSWORD,
    "Europe/Vienna",
    "private",  # a scope's name tells which of two rows is the more secret one
    "check-ins",
    "check-in",
)


def journey(db: Session, settings: Settings) -> list[str]:
    """The whole main job through the core; returns the secrets that were shown on the way."""
    site = instance.read_site_key(settings)
    tess = people.therapist(db, site, "Zephyrine")
    ana = people.patient(db, site, "Quillon", tess, ("journal",))
    content = {
        "title": "heliotrope",
        "body": "susurrus " * 200,
        "tags": ["gloaming"],
    }
    entry = ana.write("susurrus", scope="journal")
    records.edit(
        db,
        ana.keyring,
        record_id=entry.id,
        version=1,
        content=content,
        occurred_at=ana.now,
        now=ana.now,
    )
    draft = ana.write("petrichor", kind="draft")
    for one in (ana, tess):
        words = Words("/insights/new", "psithurism", (Field(*["psithurism"] * 4),))
        unfinished.save(db, one.keyring, Sent(uuid4(), 1), words, now=one.now)
    ana.write("susurrus", scope="check-ins", kind="check-in")
    cookie, _ = sessions.start(db, site, ana.root, device="borealis-phone", now=ana.now)
    invited = invitations.invite_patient(db, tess.keyring, label="Ormolu", now=tess.now)
    db.commit()
    grant = people.only_grant(tess)
    shares.share(db, ana.keyring, grant, draft.id, now=ana.now)
    db.commit()
    people.reads(tess, grant)
    with pytest.raises(WrongCredentials):
        accounts.unlock(db, site, email=ana.email, password="susurrus", now=ana.now)
    throttle.note_failure(db, site, throttle.at_address(ana.email, "192.0.2.0/24"), now=ana.now)
    records.remove(db, ana.keyring, draft.id, now=ana.now)
    consent.change(db, ana.root, grant, Choice(("check-ins",)), now=ana.now)
    db.commit()
    consent.revoke(db, ana.keyring, grant, now=ana.now)
    db.commit()
    rotation.finish(db, ana.keyring, now=ana.now)
    pinning.accept_pins(db, tess.keyring, now=tess.now)
    return [cookie, invited.token, invited.safety_code, ana.kit, "192.0.2.0"]


def spellings(word: str) -> set[bytes]:
    return {word.casefold().encode(coding) for coding in ("utf-8", "utf-16-le")}


def kept_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_word_lies_in_any_file_of_the_instance(
    db: Session, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with caplog.at_level(logging.DEBUG, logger="sqlalchemy.engine"):
        secrets = journey(db, settings)
    kept = kept_in(settings.instance_path)
    if settings.database_url.startswith("sqlite"):
        assert any(path.endswith("-wal") for path in kept), "the write-ahead log is looked at too"
    for table in Base.metadata.sorted_tables:
        for row in db.execute(select(table)).all():
            kept[table.name] = kept.get(table.name, b"") + b"|".join(map(as_bytes, row))
    kept["log"] = "\n".join(lines_of_somebody(caplog)).encode()
    for word in (*TYPED, *secrets):
        for where, text in kept.items():
            found = [one for one in spellings(word) if one in text.lower()]
            assert not found, f"{word!r} in {where}"


def test_the_search_itself_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"xx\0\1Quillon@example.ORG\2")
    [text] = kept_in(tmp_path).values()
    assert any(one in text.lower() for one in spellings("Quillon"))


def as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def lines_of_somebody(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged; SQL texts name tables and columns, never a value."""
    return [f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records]
