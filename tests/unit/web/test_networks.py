"""Which network a caller is counted in."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from journal.web.throttling import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_caller_is_counted_with_its_neighbours(address, network):
    environ = EnvironBuilder(environ_overrides={"REMOTE_ADDR": address}).get_environ()
    assert network_of(Request(environ)) == network
