"""The few things that outlive a request, made once by create_app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from journal.config import Settings
from journal.core.site import SiteKey
from journal.db import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """Settings, database and site key of one application.

    `read_site_key` gives the site key as its file has it now: it is rotated while we serve.
    """

    settings: Settings
    database: Database
    read_site_key: Callable[[], SiteKey]

    @property
    def site_key(self) -> SiteKey:
        """Return the site key for one request, with the versions of this moment."""
        return self.read_site_key()


def parts() -> Parts:
    """Return the parts of the application that answers this request."""
    return cast(Parts, current_app.extensions["journal"])
