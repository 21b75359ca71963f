"""What a phone sends: an id, sealed bytes and a mark, as JSON with base64."""

import base64
import binascii
import json
from dataclasses import dataclass
from uuid import UUID

from journal.core.inbox import LARGEST, MARK_BYTES
from journal.web.fields import RANDOM_ID

# Base64 of the largest, and the little around it.
LARGEST_POST = LARGEST * 4 // 3 + 1024


class TooLarge(ValueError):
    """More than one item may weigh."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One item as it came; nothing of it can be read here."""

    item_id: UUID
    sealed: bytes
    mark: bytes

    @classmethod
    def loads(cls, body: bytes) -> "Sent":
        """Read a post; ValueError for anything else, TooLarge for too much."""
        try:
            plain = json.loads(body)
            parts = [plain[name] for name in ("id", "sealed", "mark")]
            if not all(isinstance(part, str) for part in parts) or not RANDOM_ID.fullmatch(
                parts[0]
            ):
                raise ValueError("no item")
            sealed, mark = (base64.b64decode(part, validate=True) for part in parts[1:])
        except (KeyError, TypeError, RecursionError, binascii.Error) as error:
            raise ValueError("no item") from error
        if len(mark) != MARK_BYTES or not sealed:
            raise ValueError("no item")
        if len(sealed) > LARGEST:
            raise TooLarge
        return cls(UUID(parts[0]), sealed, mark)
