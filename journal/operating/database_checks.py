"""Doctor's look into the database."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from journal import migrations
from journal.core import incarnations, outer_layers, soundness
from journal.operating import lineage, snapshot
from journal.operating.doctor import Check, Finding, Patient, count, fine, problem, warning

# Clocks of several nodes differ a little, and a busy machine is late.
SKEW = timedelta(minutes=5)
INVITED_FOR = timedelta(hours=72)
WORK_SILENT = timedelta(minutes=10)


def the_database(patient: Patient) -> Iterator[Finding]:
    """Its own integrity, and whether its tables are this version's."""
    with snapshot.reading(patient.database) as connection:
        if patient.database.is_sqlite:
            damage = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            strays = connection.execute(text("PRAGMA foreign_key_check")).all()
            if damage != ["ok"]:
                yield problem(f"The database file is damaged: {damage[0]}. Restore a backup.")
            if strays:
                yield problem(f"{count(len(strays), 'row')} in the database belong to nobody.")
            if damage == ["ok"] and not strays:
                yield fine("The database file is whole.")
        else:
            for table in snapshot.tables():
                connection.execute(text(f"SELECT * FROM {table.name} LIMIT 1"))  # noqa: S608
            yield fine("The database answers for every table.")
        revision, newest = migrations.revision(connection), migrations.revisions()[0]
    if revision != newest:
        yield problem(
            f"The database is at revision {revision}, this version needs {newest}:"
            " start the journal once."
        )
    else:
        yield fine("The database is at this version's revision.")


def the_keys(patient: Patient) -> Iterator[Finding]:
    """Whether the site key opens the outer layers, and everybody has keys at all."""
    with patient.database.session() as db:
        keyless = soundness.keyless_accounts(db)
        if keyless:
            yield problem(f"{count(keyless, 'account')} can't be opened by anybody: keys are gone.")
        if patient.site is None:
            return
        found = outer_layers.layers(db, patient.site)
    if found.closed == found.all and found.all:
        yield problem("The site key does not open this database: it is another one's.")
    elif found.closed:
        yield problem(f"The site key does not open {found.closed} of {found.all} outer layers.")
    else:
        yield fine(f"The site key opens all outer layers ({found.all}).")


def the_access_logs(patient: Patient) -> Iterator[Finding]:
    """The chain over the sealed events; only a patient can tell whether the end is missing."""
    with patient.database.session() as db:
        broken = soundness.broken_logs(db)
    if broken:
        logs = count(len(broken), "access log")
        yield problem(f"{logs} broken: events were removed or changed ({broken[0]}).")
    else:
        yield fine("The access logs are unbroken.")


def the_clock(patient: Patient) -> Iterator[Finding]:
    """Moments that have been can't lie ahead."""
    with patient.database.session() as db:
        newest, invitation = soundness.newest_instant(db), soundness.latest_invitation(db)
    ahead = newest is not None and newest > patient.now + SKEW
    if ahead or (invitation is not None and invitation > patient.now + INVITED_FOR + SKEW):
        yield problem(
            "The database has moments that lie in the future:"
            f" set this machine's clock, it says {patient.now:%Y-%m-%d %H:%M} UTC."
        )
    else:
        yield fine(f"The clock is sound: {patient.now:%Y-%m-%d %H:%M} UTC.")


def the_consents(patient: Patient) -> Iterator[Finding]:
    """Ends that no job carried out, and keys that wait for their patient."""
    with patient.database.session() as db:
        overdue = soundness.overdue_consents(db, now=patient.now, grace=WORK_SILENT)
        waiting = soundness.rotations(db)
    if overdue:
        yield problem(
            f"{count(overdue, 'consent')} past the end and not yet swept (reading is closed"
            " all the same): run work."
        )
    if waiting.waiting:
        days = 0 if waiting.since is None else max(0, (patient.now - waiting.since).days)
        yield warning(
            f"{count(waiting.waiting, 'ended consent')} waiting for the patient's next sign-in"
            f" to be re-encrypted, the longest for {count(days, 'day')}."
        )
    if not overdue and not waiting.waiting:
        yield fine("Every ended consent is closed and re-encrypted.")


def the_leavings(patient: Patient) -> Iterator[Finding]:
    """Accounts whose days are over and that no job erased."""
    with patient.database.session() as db:
        overdue = soundness.overdue_leavings(db, now=patient.now, grace=WORK_SILENT)
    if overdue:
        yield problem(f"{count(overdue, 'account')} past the day of erasure: run work.")
    else:
        yield fine("Nobody waits for an erasure longer than they were told.")


def the_work_process(patient: Patient) -> Iterator[Finding]:
    """Without it consents are not swept and erased keys lie on."""
    with patient.database.session() as db:
        last = soundness.last_work(db)
    if last is None:
        yield warning("No work process has run here yet: start the journal.")
    elif patient.now - last > WORK_SILENT:
        yield problem(f"No work process has run since {last:%Y-%m-%d %H:%M} UTC.")
    else:
        yield fine("The work process is alive.")


def the_age_of_the_database(patient: Patient) -> Iterator[Finding]:
    """Whether a newer one ran here, or was known to somebody's browser; and the last restore."""
    folder = patient.settings.instance_path
    with patient.database.session() as db:
        life = incarnations.current(db)
        ran = lineage.ran_until(db, folder, life) if life else None
        seen, restore = incarnations.sightings(db), incarnations.newest_restore(db)
    older = lineage.told(folder) or (lineage.line(ran) if ran else None)
    if older:
        yield problem(f"{older}.")
    if seen.count and seen.first and seen.last:
        yield problem(
            f"{count(seen.count, 'sign-in')} from a browser that knew a newer database,"
            f" from {seen.first:%Y-%m-%d %H:%M} to {seen.last:%Y-%m-%d %H:%M} UTC:"
            " an older copy was put back. See accept-older-database in docs/operations.md."
        )
    if not older and not seen.count:
        told = ""
        if restore and restore.backup_made_at:
            told = (
                f"; restored on {restore.began_at:%Y-%m-%d %H:%M} UTC"
                f" from the backup of {restore.backup_made_at:%Y-%m-%d %H:%M} UTC"
            )
        yield fine(f"No newer database is known{told}.")


def checks(patient: Patient) -> list[Check]:
    """Return what can be checked: of a database without this version's tables only that."""
    url = patient.settings.database_url
    # Merely looking would make the file.
    if patient.database.is_sqlite and not Path(url.removeprefix("sqlite:///")).exists():
        return [no_database]
    try:
        with snapshot.reading(patient.database) as connection:
            current = migrations.revision(connection) == migrations.revisions()[0]
    except SQLAlchemyError:
        current = False
    if not current:
        return [the_database]
    return [
        the_database,
        the_keys,
        the_access_logs,
        the_age_of_the_database,
        the_clock,
        the_consents,
        the_leavings,
        the_work_process,
    ]


def no_database(_patient: Patient) -> Iterator[Finding]:
    """Nothing to look into."""
    yield problem("There is no database: start the journal, or restore a backup.")
