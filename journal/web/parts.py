"""The few things that outlive a request, made once by create_app."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from journal.config import Settings
from journal.core.site import SiteKey
from journal.db import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """Settings, database and site key of one application."""

    settings: Settings
    database: Database
    site_key: SiteKey


def parts() -> Parts:
    """Return the parts of the application that answers this request."""
    return cast(Parts, current_app.extensions["journal"])
