"""What became of a message."""

from enum import Enum


class Outcome(Enum):
    """Sent; to be tried later; refused for good; or there is nobody at that address any more."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    GONE = "gone"
