"""Doctor's look at the machine: files, disk, copies."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from journal.operating import backup, remembered, site_key_copy
from journal.operating.doctor import Check, Finding, Patient, count, fine, problem, warning

OTHERS = 0o077
LEAST_FREE = 500 * 1024 * 1024
BACKUP_OLD, BACKUP_TOO_OLD = timedelta(days=2), timedelta(days=7)


def the_site_key(patient: Patient) -> Iterator[Finding]:
    """Whether it is there, and a copy of it elsewhere."""
    if patient.site is None:
        yield problem(f"The site key can't be read: {patient.settings.site_key_file}.")
    elif line := site_key_copy.reminder(patient.settings, patient.site):
        yield warning(f"{line}.")
    else:
        yield fine("A copy of the site key is confirmed.")
    if patient.site is not None and patient.site.prepared is not None:
        yield warning(
            f"Version {patient.site.prepared} of the site key is prepared and not in use:"
            " when every node has it, run rotate-site-key on each."
        )
    if patient.site is not None and patient.site.older:
        yield warning(
            f"Version {patient.site.older[-1]} of the site key is still there:"
            " run rotate-site-key, then rotate-site-key --finish."
        )


def the_files(patient: Patient) -> Iterator[Finding]:
    """Nobody but the journal's own account may read what is in the instance."""
    ours = [patient.settings.site_key_file, *sorted(patient.settings.instance_path.iterdir())]
    kept = [path for path in dict.fromkeys(ours) if path.is_file() and path.stat().st_size]
    opened = [path for path in kept if path.stat().st_mode & OTHERS]
    for path in opened:
        yield problem(f"Others on this machine can read {path}: chmod 600 it.")
    if not opened:
        yield fine("The instance's files are readable by their owner alone.")


def the_disk(patient: Patient) -> Iterator[Finding]:
    """Room for the database to be written anew once, and half a gigabyte at least."""
    folder = patient.settings.instance_path
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    free, least = shutil.disk_usage(folder).free, max(LEAST_FREE, size)
    told = f"{free // (1024 * 1024)} MB free on the disk of {folder}"
    if free < least:
        yield problem(f"{told}: at least {least // (1024 * 1024)} MB are needed.")
    else:
        yield fine(f"{told}.")


def the_backups(patient: Patient) -> Iterator[Finding]:
    """The newest that was made from this instance, and whether its files are still there."""
    fact = remembered.fact(patient.settings.instance_path, backup.FACT)
    if fact is None:
        yield warning("No backup was made from this instance yet.")
        return
    age = patient.now - datetime.fromisoformat(fact["at"])
    file = Path(fact["file"])
    told = f"The newest backup is {count(max(0, age.days), 'day')} old"
    if age > BACKUP_TOO_OLD:
        yield problem(f"{told}.")
    elif age > BACKUP_OLD:
        yield warning(f"{told}.")
    else:
        yield fine(f"{told}.")
    if file.exists() and not file.with_suffix(backup.SHRED_KEYS).exists():
        yield warning(f"{file} lies there without its shred keys: keep the newest of those too.")


def checks(patient: Patient) -> list[Check]:
    """Return what can be checked: without an instance folder only that it is missing."""
    if patient.settings.instance_path.is_dir():
        return [the_site_key, the_files, the_disk, the_backups]
    return [no_folder]


def no_folder(patient: Patient) -> Iterator[Finding]:
    """Nothing to look into."""
    yield problem(f"There is no instance folder at {patient.settings.instance_path}.")
