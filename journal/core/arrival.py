"""What waits for a person's own keys, done when they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal.core import pinning, rotation, taking_in

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring


def settle_in(db: Session, keyring: Keyring, *, now: datetime) -> int:
    """Finish rotations for a patient, pin new patients for a therapist; commits.

    How many records a patient was given back, and that were taken in just now.
    """
    if keyring.role == "patient":
        rotation.settle(db, keyring, now=now)
        return taking_in.take_in(db, keyring, now=now)
    pinning.accept_pins(db, keyring, now=now)
    return 0
