"""Where the demo may be: on this machine alone, and never where real people are."""

from enum import Enum

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from journal import instance
from journal.config import Settings
from journal.core import accounts
from journal.core.models import Account
from journal.core.site import SiteKey
from journal.db import Database
from journal.demo.people import EVERYBODY


class Standing(Enum):
    """What lies in an instance."""

    EMPTY = "empty"
    FILLED = "filled"
    UNFINISHED = "unfinished"
    SOMEBODYS = "somebody's"


def refuse(settings: Settings) -> None:
    """Raise OSError where the demo may not be; changes nothing, not even a schema."""
    instance.refuse_public_demo(settings, asked=True)
    standing = look(settings)
    if standing is Standing.SOMEBODYS:
        raise OSError(
            f"the demo did not make the accounts in {settings.instance_path}: it leaves them alone"
        )
    if standing is Standing.UNFINISHED:
        raise OSError(
            f"the demo in {settings.instance_path} was never finished: remove it and begin again"
        )


def look(settings: Settings) -> Standing:
    """Tell what lies in the instance and its database."""
    if settings.database_url.startswith("sqlite") and not instance.has_a_database(settings):
        return Standing.EMPTY
    site = instance.read_site_key(settings) if settings.site_key_file.exists() else None
    database = Database(settings.database_url)
    try:
        with database.session() as db:
            return standing_of(db, site, finished=instance.demo_mark(settings) == "filled")
    finally:
        database.dispose()


def standing_of(db: Session, site: SiteKey | None, *, finished: bool) -> Standing:
    """Tell the same of a database; whoever tried the sign-up since counts as the demo's."""
    if not inspect(db.connection()).has_table(Account.__tablename__):
        return Standing.EMPTY
    there = db.scalar(select(func.count()).select_from(Account)) or 0
    ours = sum(site is not None and known(db, site, one.email) for one in EVERYBODY)
    if there == 0:
        return Standing.EMPTY
    if ours == len(EVERYBODY) and finished:
        return Standing.FILLED
    return Standing.UNFINISHED if ours == there else Standing.SOMEBODYS


def known(db: Session, site: SiteKey, email: str) -> bool:
    """Tell whether an address has an account."""
    return accounts.account_of(db, site, email) is not None
