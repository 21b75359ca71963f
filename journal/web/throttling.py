"""Every place where a secret is tried: few failures, few at a time, each one counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Request, request

from journal import clock, db
from journal.core import throttle
from journal.core.errors import WrongCredentials
from journal.web.argon_gate import argon_gate
from journal.web.parts import parts


@contextmanager
def guarded(address: str) -> Iterator[None]:
    """Try one password or kit inside this.

    address: the e-mail address that was typed, or the account's id. Raises Throttled or Busy
    before the try; a WrongCredentials from inside is counted, committed and passed on; success
    forgives the address its failures, and the route commits that.
    """
    store, site, network = db.session(), parts().site_key, network_of(request)
    throttle.check(store, site, address=address, network=network, now=clock.now())
    # Nothing may be open while this waits its turn.
    store.rollback()
    try:
        with argon_gate():
            yield
    except WrongCredentials:
        store.rollback()
        throttle.note_failure(store, site, address=address, network=network, now=clock.now())
        store.commit()
        raise
    throttle.clear(store, site, address=address)


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
