"""What goes on after a consent has ended, in the request that ended it."""

from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journal.core import rotation
from journal.core.keyring import Keyring
from journal.web import logging


def finish(db: Session, keyring: Keyring, now: datetime) -> bool:
    """Re-encrypt what somebody could read until now; False when it has to wait.

    What ended is committed before this. A database that is busy must not make that look
    undone: the rest goes on where it stopped, at the next sign-in.
    """
    try:
        rotation.finish(db, keyring, now=now)
    except OperationalError as error:
        db.rollback()
        logging.failure(error)
        return False
    return True
