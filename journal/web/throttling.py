"""Which network a request comes from, for the throttle in the core."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import Request


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
