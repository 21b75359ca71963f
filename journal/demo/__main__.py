"""`make demo`: serve `instance/demo`, filled with the made-up clinic if it is empty."""

import os
import sys

from journal import clock, config, instance, serving
from journal.config import ROOT, Settings
from journal.db import Database
from journal.demo import guard, people, year
from journal.demo.clinic import Clinic
from journal.demo.guard import Standing

SURROUNDINGS = {
    "JOURNAL_INSTANCE_PATH": str(ROOT / "instance" / "demo"),
    "JOURNAL_CLINIC_NAME": "Linden Yard practice (a demo)",
    "JOURNAL_CLINIC_HOURS": "Monday to Friday, 9 to 17",
}


def main() -> int:
    """Serve the demo in the foreground; return the exit status."""
    for name, value in SURROUNDINGS.items():
        if not os.environ.get(name) and not os.environ.get(f"{name}_FILE"):
            os.environ[name] = value
    settings = config.read()
    try:
        guard.refuse(settings)
    except OSError as error:
        sys.stderr.write(f"The demo can't start: {error}\n")
        return 1
    return serving.main(begin)


def begin(settings: Settings, database: Database) -> None:
    """Fill a migrated instance once, and print how to sign in; raises OSError."""
    with instance.locked(settings.instance_path, "demo"):
        guard.refuse(settings)
        if guard.look(settings) is Standing.EMPTY:
            fill(settings, database)
    for line in people.sign_ins():
        serving.say(line)


def fill(settings: Settings, database: Database) -> None:
    """Fill an empty instance; the mark keeps it from ever being served to others."""
    instance.mark_demo(settings, "unfinished")
    with database.session() as db:
        year.fill(Clinic(db, instance.read_site_key(settings), clock.now()))
    instance.mark_demo(settings, "filled")


if __name__ == "__main__":
    sys.exit(main())
