"""Signed text in cookies and forms, compressed where that is worth its time."""

from typing import Any

from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.url_safe import URLSafeSerializerMixin

LONG = 1000  # bytes; compressing fewer takes longer than all else in signing them


class Signed(URLSafeTimedSerializer):
    """Itsdangerous's own, and read by it: short text is signed as it stands."""

    def dump_payload(self, obj: Any) -> bytes:
        """Return the text that is signed."""
        plain = super(URLSafeSerializerMixin, self).dump_payload(obj)
        return super().dump_payload(obj) if len(plain) > LONG else base64_encode(plain)
