"""A patient's own check-ins, as far back as a picture goes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from journal.core import records
from journal.core.keyring import Keyring

CHECK_IN = "check-in"
A_BATCH = 100  # a month or two: few rows are fetched that the picture leaves out
SCOPE = "check-ins"


def check_ins_since(
    db: Session, keyring: Keyring, since: datetime
) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """Yield each check-in's time and content, newest first; what does not open is left out."""
    found = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=CHECK_IN, batch=A_BATCH)
    for opened in found:
        if not opened.readable:
            continue  # its time is unknown: it must not end the scan
        if opened.occurred_at < since:
            return
        yield opened.occurred_at, opened.content
