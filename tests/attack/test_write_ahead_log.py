"""A thief takes the disk after a sign-out: the write-ahead log may still hold the erased keys.

Red when `db.empty_log` no longer cuts the log, or `work` no longer runs it.
"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journal import cli, instance
from journal.config import Settings
from journal.core import sessions
from journal.core.models import Session as Row
from journal.core.site import SiteKey
from journal.db import Database
from tests import people


def test_after_a_round_of_jobs_no_file_holds_an_erased_key(
    db: Session, database: Database, settings: Settings
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL recycles its own log, which no client can cut")
    site = instance.read_site_key(settings)
    tess = people.therapist(db, site, "Tess")
    cookie, ring = sessions.start(db, site, tess.root, device="a phone", now=people.NOW)
    db.commit()
    sealed = db.scalar(select(Row.content_key).where(Row.id == ring.session_id))
    db.rollback()
    assert sealed is not None
    assert holding(settings, sealed), "or this test looks for the wrong bytes"
    sessions.end(db, cookie)
    db.commit()
    cli.run_jobs(database, "a worker")
    assert holding(settings, sealed) == []


def test_a_reader_in_the_way_holds_nothing_up(db: Session, database: Database) -> None:
    with database.session() as reader:
        reader.execute(select(Row)).all()
        cli.run_jobs(database, "a worker")
    people.therapist(db, SiteKey.make(), "Tess")


def holding(settings: Settings, sealed: bytes) -> list[str]:
    files = [path for path in settings.instance_path.iterdir() if path.is_file()]
    return [path.name for path in files if sealed in path.read_bytes()]
