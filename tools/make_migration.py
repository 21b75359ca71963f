"""Write the next migration from what the models say and the last migration left."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from journal.db import Database
from journal.migrations import configuration, connected, upgrade


def main(message: str) -> None:
    """Compare on a new SQLite database, and write a file to read and to tidy."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/compare.sqlite3")
        upgrade(database, Path(folder))
        with connected(database) as connection:
            versions = Path(__file__).parent.parent / "journal" / "migrations" / "versions"
            number = len(list(versions.glob("0*.py"))) + 1
            config = configuration(connection)
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    main(sys.argv[1])
