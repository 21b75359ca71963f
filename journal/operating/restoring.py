"""Restore: a backup, its shred keys and the site key become a new instance, or nothing does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    TableClause,
    and_,
    bindparam,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from journal import clock, instance, migrations
from journal.config import Settings
from journal.core import incarnations, leaving, outer_layers, replaying
from journal.core.models import Account, Record, ShredKey, Tombstone
from journal.core.site import SiteKey
from journal.crypto.errors import CryptoError
from journal.db import Database
from journal.operating import archive
from journal.operating.archive import KINDS, Reader, Row, Section
from journal.operating.refusals import Refused

AT_ONCE = 500
# Parameters of an update are told from its columns by this; no column begins so.
KEY = "key_"


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now; `ended` are the endings since the backup that were done again."""

    accounts: int
    records: int
    ended: int
    made_at: str


def restore(settings: Settings, backup: Path, shred_keys: Path, site_key: Path) -> Restored:
    """Fill an empty instance from three files; raises Refused and then has changed nothing."""
    site = read_site_key(site_key)
    rows, keys = _readers(backup, shred_keys)
    try:
        settings.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with instance.locked(settings.instance_path, "instance"):
            refuse_other_site_key(settings, site)
            with _site_key_placed(settings, site) as place, _new_database(settings) as connection:
                ended = _fill(connection, rows, keys, site)
                with Session(connection) as db:
                    accounts = db.scalar(select(func.count()).select_from(Account)) or 0
                    records = db.scalar(select(func.count()).select_from(Record)) or 0
                place()
            return Restored(accounts, records, ended, rows.header.made_at)
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise Refused(f"Nothing was restored, the database refused: {reason}.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(f"Nothing was restored in {settings.instance_path}: {reason}.") from error


def read_site_key(path: Path) -> SiteKey:
    """Return the site key in a file, or raise Refused."""
    try:
        return SiteKey.parse(path.read_text(encoding="ascii"))
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}.") from None
    except (CryptoError, UnicodeDecodeError):
        raise Refused(f"{path} is not a site key, or it is damaged.") from None


def refuse_other_site_key(settings: Settings, site: SiteKey) -> None:
    """Raise Refused if a site key is in place already, unless it is this very one."""
    if settings.site_key_file.exists():
        try:
            ours = instance.read_site_key(settings)
        except (CryptoError, UnicodeDecodeError):
            ours = None
        if ours is None or ours.versions != site.versions:
            raise Refused(f"The instance is not empty: {settings.site_key_file} is another key.")


def _readers(backup: Path, shred_keys: Path) -> tuple[Reader, Reader]:
    rows, keys = Reader(backup, archive.BACKUP), Reader(shred_keys, archive.SHRED_KEYS)
    if keys.header.made_at < rows.header.made_at:
        raise Refused(f"{shred_keys} is older than {backup}: use the newest file of shred keys.")
    known = migrations.revisions()
    for reader in (rows, keys):
        if reader.header.schema not in known:
            raise Refused(f"{reader.path} was made by a newer version of the journal.")
        reader.verify()
    return rows, keys


@contextmanager
def _site_key_placed(settings: Settings, site: SiteKey) -> Iterator[Callable[[], None]]:
    """Yield what puts the site key in place; it is taken away again if the block fails."""
    path = settings.site_key_file
    new = not path.exists()

    def place() -> None:
        if new:
            instance.write_secret(path, site.render())

    try:
        yield place
    except BaseException:
        if new:
            path.unlink(missing_ok=True)
        raise


@contextmanager
def _new_database(settings: Settings) -> Iterator[Connection]:
    """A transaction on a new database, which is in place when the block has ended well."""
    database = Database(settings.database_url)
    if database.is_sqlite:
        with _new_file(database) as connection:
            yield connection
        return
    with migrations.connected(database) as connection:
        if inspect(connection).get_table_names():
            raise Refused("The instance is not empty: its database has tables.")
        connection.rollback()
        with connection.begin():
            yield connection


@contextmanager
def _new_file(database: Database) -> Iterator[Connection]:
    place = Path(database.url.removeprefix("sqlite:///"))
    family = [place.with_name(place.name + end) for end in ("", "-wal", "-shm", "-journal")]
    if taken := [path for path in family if path.exists()]:
        raise Refused(f"The instance is not empty: {taken[0]} is there.")
    draft = place.with_name(f".{place.name}.restoring")
    drafts = [draft.with_name(draft.name + end) for end in ("", "-wal", "-shm", "-journal")]
    for path in drafts:
        path.unlink(missing_ok=True)
    try:
        draft.touch(mode=instance.OURS_ALONE)
        with migrations.connected(Database(f"sqlite:///{draft}")) as connection:
            with connection.begin():
                yield connection
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        draft.rename(place)
        instance.sync_folder(place.parent)
    finally:
        for path in drafts:
            path.unlink(missing_ok=True)


def _fill(connection: Connection, rows: Reader, keys: Reader, site: SiteKey) -> int:
    """Load both files and replay what ended since; return how many endings that were."""
    migrations.upgrade_within(connection, rows.header.schema)
    for section, found in rows.sections():
        _load(connection, section, found)
    # The shred keys are as new as the backup or newer, and so is their schema.
    migrations.upgrade_within(connection, keys.header.schema)
    known = set(connection.scalars(select(Tombstone.id)))
    for section, found in keys.sections():
        _load(connection, section, _wanted(connection, section, found, known))
    migrations.upgrade_within(connection, "head")
    with Session(connection) as db:
        ended = replaying.replay(db, known)
        leaving.wait_anew(db, now=clock.now())
        # Everybody is told by it, and this machine's own mark of a newer database is explained.
        made_at = datetime.fromisoformat(rows.header.made_at)
        incarnations.begin(db, now=clock.now(), backup_made_at=made_at)
        _refuse_missing_keys(db, keys)
        if unknown := sorted(set(outer_layers.versions(db)) - set(site.versions)):
            raise Refused(
                f"This backup needs version {unknown[0]} of the site key, and that file holds"
                f" {', '.join(map(str, sorted(site.versions)))}: take a copy that has it."
            )
        found_layers = outer_layers.layers(db, site)
        if found_layers.all and found_layers.all == found_layers.closed:
            raise Refused("The site key does not open this backup: it is another one's.")
        db.flush()
    _check(connection)
    return ended


def _load(connection: Connection, section: Section, rows: Iterator[Row]) -> None:
    into = table(section.table, *(column(name, KINDS[kind].type) for name, kind in section.columns))
    names = [name for name, _ in section.columns]
    while batch := [dict(zip(names, row, strict=True)) for row in islice(rows, AT_ONCE)]:
        if section.do == archive.ADD:
            connection.execute(insert(into), batch)
        else:
            statement = _change(section, into)
            connection.execute(
                statement,
                [{**row, **{KEY + name: row[name] for name in section.key}} for row in batch],
            )


def _change(section: Section, into: TableClause) -> Any:
    """An update or a deletion of rows found by their key."""
    where = and_(
        *(into.c[name] == bindparam(KEY + name, type_=into.c[name].type) for name in section.key)
    )
    if section.do == archive.REMOVE:
        return delete(into).where(where)
    others = [name for name, _ in section.columns if name not in section.key]
    return update(into).where(where).values({name: bindparam(name) for name in others})


def _wanted(
    connection: Connection, section: Section, rows: Iterator[Row], known: set[UUID]
) -> Iterator[Row]:
    """Without the keys of accounts younger than the backup, and the tombstones it has itself."""
    names = [name for name, _ in section.columns]
    if section.table == "tombstones":
        at = names.index("id")
        return (row for row in rows if row[at] not in known)
    at, accounts = names.index("account_id"), set(connection.scalars(select(Account.id)))
    return (row for row in rows if row[at] in accounts)


def _refuse_missing_keys(db: Session, keys: Reader) -> None:
    missing = select(Account.id).where(Account.id.not_in(select(ShredKey.account_id)))
    if db.scalar(missing.limit(1)) is not None:
        raise Refused(f"{keys.path} lacks keys of this backup: it belongs to another one.")


def _check(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    for pragma, fine in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
        if connection.execute(text(f"PRAGMA {pragma}")).all() != fine:
            raise Refused(f"Nothing was restored: the new database fails {pragma}.")
