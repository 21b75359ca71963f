"""Applications lent from test to test: two thirds of making one are the addresses of its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from journal import create_app, instance
from journal.config import Settings
from journal.db import Database
from journal.features.exports import places
from journal.web.application import sign_with
from journal.web.parts import Parts

# Where a test is at home changes nothing that an application is made of.
HOME = {"instance_path": Path(), "site_key_file": Path(), "database_url": ""}


class Applications:
    """Those of one run, one for each choice of settings; a test has its own database and key."""

    def __init__(self) -> None:
        self.made: dict[str, Flask] = {}

    @contextmanager
    def lent(self, settings: Settings) -> Iterator[Flask]:
        """One that answers for this instance; what a test changes of its tables is taken back."""
        app = self.like(settings)
        tables = (app.config, app.extensions, app.view_functions, app.jinja_env.globals)
        before = [dict(table) for table in tables]
        database = Database(settings.database_url)
        app.extensions["journal"] = Parts(settings, database, instance.WatchedKey(settings))
        sign_with(app)
        places.register(app)
        try:
            yield app
        finally:
            database.dispose()
            for table, held in zip(tables, before, strict=True):
                table.clear()
                table.update(held)

    def like(self, settings: Settings) -> Flask:
        """The one for these settings, made at the first wish."""
        choice = settings.model_copy(update=HOME).model_dump_json()
        if choice not in self.made:
            self.made[choice] = create_app(settings)
            # Who wants a page more makes an application: on this one it would stay for others.
            self.made[choice]._got_first_request = True
        return self.made[choice]
