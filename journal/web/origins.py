"""Which hosts and origins may talk to this site; everything else is refused before routing."""

from functools import cache
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from journal.web.parts import Parts, parts

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PORTS = {"http": 80, "https": 443}
LOOPBACK = ("localhost", "127.0.0.1")


def register(app: Flask) -> None:
    """Check the Host header of every request and the origin of every unsafe one."""
    app.before_request(_check_host)
    app.before_request(_check_origin)


def origins(parts: Parts) -> frozenset[str]:
    """Return the base URL's origin, and those of this machine on the same port."""
    return _origins(parts.settings.base_url)


def hosts(parts: Parts) -> frozenset[str]:
    """Return the Host headers that belong to these origins, and a probe's on the bound port."""
    return _hosts(parts.settings.base_url, parts.settings.port)


@cache
def _origins(base_url: str) -> frozenset[str]:
    scheme, _, port = _split(base_url)
    own = [base_url, *(f"{scheme}://{name}:{port}" for name in LOOPBACK)]
    return frozenset(_origin(url) for url in own)


@cache
def _hosts(base_url: str, bound: int) -> frozenset[str]:
    own = {origin.partition("://")[2] for origin in _origins(base_url)}
    return frozenset(own | {f"{name}:{bound}" for name in LOOPBACK})


def sent_from_here() -> bool:
    """Tell whether the browser says that a page of this site sent the request; silence says no."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin in origins(parts())
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _check_host() -> Response | None:
    if _host(request.headers.get("Host", "")) in hosts(parts()):
        return None
    # No page: its links would be built for a host that is not ours.
    return Response("This address is not served here.\n", 400, content_type="text/plain")


def _check_origin() -> None:
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin is not None:
        allowed = origin in origins(parts())
    else:
        # Browsers that send no Origin on a form still say where it came from.
        allowed = request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
    if not allowed:
        abort(400, "origin")


def _host(text: str) -> str:
    scheme = "https" if request.is_secure else "http"
    return text.lower().removesuffix(f":{PORTS[scheme]}")


def _origin(url: str) -> str:
    scheme, name, port = _split(url)
    return f"{scheme}://{name}" if port == PORTS[scheme] else f"{scheme}://{name}:{port}"


def _split(url: str) -> tuple[str, str, int]:
    found = urlsplit(url)
    name = found.hostname or ""
    return found.scheme, f"[{name}]" if ":" in name else name, found.port or PORTS[found.scheme]
