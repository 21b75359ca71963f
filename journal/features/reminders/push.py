"""One notice to one browser: a request without a word in it, to the known push services only.

Nothing is sent along, so there is nothing to encrypt and nothing to read on the way: the browser's
own service worker has the words (decision 0021).
"""

import socket
import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from journal.features.reminders.outcome import Outcome

# A host must be one of these or end in a dot and one of these. Everything else is somebody who
# wants our server to ask an address for them.
SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
PATIENCE = 10
GONE = frozenset({404, 410})
LATER = frozenset({408, 425, 429})
Resolve = Callable[..., list[Any]]


def is_known(address: str) -> bool:
    """Tell whether an address is https on a push service's own host and usual port."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    ours = any(host == one or host.endswith(f".{one}") for one in SERVICES)
    plain = parts.username is None and port in (None, 443) and address.isascii()
    return parts.scheme == "https" and ours and plain and address.isprintable()


def origin_of(address: str) -> str:
    """Return the push service that an address is of, as its key's signature names it."""
    return f"https://{urlsplit(address).hostname}"


def send(
    address: str,
    authorization: str,
    *,
    seconds: int,
    resolve: Resolve = socket.getaddrinfo,
    tls: ssl.SSLContext | None = None,
) -> Outcome:
    """Ask a push service to wake one browser, for some seconds at most; redirects are not followed.

    Raises OSError or HTTPException when the service can't be reached.
    """
    if not is_known(address):
        return Outcome.GONE
    parts = urlsplit(address)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    headers = {"TTL": str(seconds), "Urgency": "normal", "Topic": "reminder"}
    connection = _Checked(parts.hostname or "", resolve, tls)
    try:
        connection.request("POST", path, b"", {**headers, "Authorization": authorization})
        return _outcome(connection.getresponse().status)
    finally:
        connection.close()


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.SENT
    if status in GONE:
        return Outcome.GONE
    return Outcome.LATER if status in LATER or status >= 500 else Outcome.REFUSED


class _Checked(HTTPSConnection):
    """A connection to an address that was looked at first: a name may lead into our own network."""

    def __init__(self, host: str, resolve: Resolve, tls: ssl.SSLContext | None) -> None:
        self._tls = tls or ssl.create_default_context()
        super().__init__(host, 443, timeout=PATIENCE, context=self._tls)
        self._resolve = resolve

    def connect(self) -> None:
        """Connect to an address on the open internet, as `http.client` asks; raises OSError."""
        found = self._resolve(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = [one[4][:2] for one in found]
        if not addresses or not all(is_public(str(address)) for address, _port in addresses):
            raise HTTPException("a push service's name leads into a private network")
        # To the address that was looked at: asked again, a name may lead elsewhere.
        plain = socket.create_connection(addresses[0], PATIENCE)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def is_public(address: str) -> bool:
    """Tell whether an address is on the open internet."""
    found = ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast
