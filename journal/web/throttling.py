"""Every place where a secret is tried: few failures, few at a time, each one counted."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Request, request

from journal import clock, db
from journal.core import throttle
from journal.core.errors import Throttled, WrongCredentials
from journal.core.throttle import Counter
from journal.web import browsers, metrics
from journal.web.argon_gate import argon_gate
from journal.web.parts import parts


def guarded_at(address: str, *, by: str = "password") -> AbstractContextManager[None]:
    """Try the secret of an e-mail address inside this; by: which of its secrets."""
    browser = browsers.known(address)
    return _guarded(throttle.at_address(address, network_of(request), by=by, browser=browser))


def guarded(name: str) -> AbstractContextManager[None]:
    """Try a password inside this behind a session or a link; name: the account's id, the link."""
    return _guarded(throttle.at_account(name, network_of(request)))


@contextmanager
def _guarded(counters: Sequence[Counter]) -> Iterator[None]:
    """Count one try.

    Raises Throttled or Busy before it; a WrongCredentials from inside is counted, committed
    and passed on; success forgives earlier mistakes, and the route commits that.
    """
    store, site = db.session(), parts().site_key
    try:
        throttle.check(store, site, counters, now=clock.now())
    except Throttled:
        metrics.throttled.inc()
        raise
    # Nothing may be open while this waits its turn.
    store.rollback()
    try:
        with argon_gate():
            yield
    except WrongCredentials:
        store.rollback()
        throttle.note_failure(store, site, counters, now=clock.now())
        store.commit()
        raise
    throttle.clear(store, site, counters)


def network_of(request: Request) -> str:
    """Return the caller's /24 or /64 as text; "unknown" when the server does not tell.

    One person moves freely within such a network, so counting single addresses stops nobody.
    """
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    width = 64 if isinstance(address, IPv6Address) else 24
    return str(ip_network(f"{address}/{width}", strict=False))
