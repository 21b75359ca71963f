"""Another version of the site key, while people write: made, used, the older one dropped.

The file comes first and the database follows, one row at a time; each row tells its version. So
whoever is killed anywhere finds, at the next try, what is left to do.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from journal import clock, instance
from journal.config import Settings
from journal.core import outer_layers, sessions
from journal.core.site import SiteKey
from journal.crypto.errors import CryptoError
from journal.db import Database, empty_log
from journal.operating import site_key_copy
from journal.operating.doctor import count
from journal.operating.refusals import Refused

# A request that read the file before it changed is over by then: five seconds at the gate of
# passwords, ten for the database's lock.
SETTLED_SECONDS = 20
REMINDERS = ("reminders", "push_endpoints", "push_keys")
SEALED_BY_IT = ("contacts", "key_slots", "sessions", *REMINDERS)


@dataclass(frozen=True, slots=True)
class Moved:
    """The version in use, how many layers were sealed anew, and how many did not open."""

    version: int
    layers: int
    closed: int


def prepare(settings: Settings) -> SiteKey:
    """Add a version that nothing uses yet; raises Refused while an older one is still there."""
    with _file(settings) as (site, replace):
        if site.prepared is not None:
            return site
        _refuse_older(site)
        replace(made := site.prepare())
        return made


def rotate(settings: Settings, database: Database) -> Moved:
    """Put a new version in use and seal every outer layer anew; raises Refused.

    The prepared version, or a fresh one; with an older one still there it goes on with that.
    """
    with _file(settings) as (site, replace):
        with _answering(database) as db:
            _refuse_unknown(db, site)
        # An older version that is still there is a rotation to go on with, not one to begin.
        used = site if site.older and not site.prepared else site.prepare().put_in_use()
        if used is not site:
            replace(used)
        _let_requests_end(settings)
        with _answering(database) as db:
            moved = sum(outer_layers.seal_anew(db, used))
            return Moved(used.current, moved, _left(db, used))


def finish(
    settings: Settings, database: Database, *, end_sessions: bool, now: datetime
) -> tuple[int, ...]:
    """Drop every version before the current one; return their numbers. Raises Refused."""
    with _file(settings) as (site, replace):
        if not site.older:
            return ()
        _let_requests_end(settings)
        with _answering(database) as db:
            _refuse_unknown(db, site)
            if left := _left(db, site):
                raise Refused(
                    f"{count(left, 'outer layer')} still under an older version:"
                    " run rotate-site-key, then doctor."
                )
            _end_sessions(db, site, end_sessions, now)
            _forget_old_bytes(db, database, now)
        confirmed = site_key_copy.reminder(settings, site) is None
        replace(kept := site.without_older())
        if confirmed:
            # The copy that was confirmed holds what is left, too.
            site_key_copy.note(settings, kept, now=now)
        return site.older


@contextmanager
def _file(settings: Settings) -> Iterator[tuple[SiteKey, Callable[[SiteKey], None]]]:
    """The site key and what puts another in its file's place; one command at a time."""
    path = settings.site_key_file

    def replace(site: SiteKey) -> None:
        instance.replace_secret(path, site.render())

    try:
        with instance.locked(settings.instance_path, "instance"):
            for left in path.resolve().parent.glob(f".{path.resolve().name}.*"):
                left.unlink()  # a draft of one that was killed: a secret beside the secret
            yield instance.read_site_key(settings), replace
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} can't be read or replaced: {error}.") from error
    except CryptoError as error:
        raise Refused(f"{path} is not a site key, or it is damaged.") from error


@contextmanager
def _answering(database: Database) -> Iterator[Session]:
    try:
        with database.session() as db:
            yield db
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise Refused(f"The database did not answer: {reason}. Run it again.") from error


def _refuse_older(site: SiteKey) -> None:
    if site.older:
        raise Refused(
            f"Version {site.older[-1]} is still there:"
            " finish the last rotation first (rotate-site-key, then --finish)."
        )


def _refuse_unknown(db: Session, site: SiteKey) -> None:
    """Another node's file may have a version that this one has not been given."""
    if unknown := sorted(set(outer_layers.versions(db)) - set(site.versions)):
        raise Refused(
            f"The database has outer layers under version {unknown[-1]} of the site key,"
            " and this file has no such version: copy the file of the node that made it."
        )


def _let_requests_end(settings: Settings) -> None:
    """Wait until nobody still holds what the file was before."""
    age = clock.now().timestamp() - settings.site_key_file.stat().st_mtime
    # A clock that was set back tells nothing: then it is the whole time.
    time.sleep(min(max(SETTLED_SECONDS - age, 0), SETTLED_SECONDS))


def _left(db: Session, site: SiteKey) -> int:
    found = outer_layers.versions(db)
    return sum(number for version, number in found.items() if version < site.current)


def _end_sessions(db: Session, site: SiteKey, asked: bool, now: datetime) -> None:
    living = sessions.under_older(db, site, now=now)
    if living and not asked:
        raise Refused(
            f"{count(living, 'session')} still under an older version. Each moves at its next visit"
            " or locks, within an hour; if new ones come, another node still uses the older"
            " version: run rotate-site-key there. --end-sessions signs them out now."
        )
    sessions.end_under_older(db, site)
    db.commit()


def _forget_old_bytes(db: Session, database: Database, now: datetime) -> None:
    """Take from the database's files what was overwritten: the dropped key would open it."""
    empty_log(db, now=now)
    db.rollback()
    if database.is_sqlite:
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in SEALED_BY_IT:
            connection.execute(text(f"VACUUM FULL {name}"))
