"""Somebody who tries passwords."""

from contextlib import suppress

import pytest

from journal import db
from journal.core import throttle
from journal.core.errors import Throttled, WrongCredentials
from journal.web import throttling


@pytest.fixture(autouse=True)
def from_one_network(app, monkeypatch):
    monkeypatch.setattr(throttle, "PER_ADDRESS", 2)
    monkeypatch.setattr(throttle, "PER_NETWORK", 5)
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        yield


def guess(address, right=False):
    with throttling.guarded_at(address):
        if not right:
            raise WrongCredentials
    db.session().commit()


def test_a_wrong_guess_stays_wrong_and_the_third_must_wait():
    for _ in range(2):
        with pytest.raises(WrongCredentials):
            guess("ana@example.org")
    with pytest.raises(Throttled) as refused:
        guess("Ana@example.org ")
    assert 0 < refused.value.retry_after <= throttle.WINDOW_SECONDS


def test_the_right_password_forgives_earlier_mistakes():
    for right in (False, True, False):
        with suppress(WrongCredentials):
            guess("ana@example.org", right=right)
    guess("ana@example.org", right=True)


def test_many_addresses_from_one_network_are_one_guesser():
    for number in range(5):
        with pytest.raises(WrongCredentials):
            guess(f"person{number}@example.org")
    with pytest.raises(Throttled):
        guess("ana@example.org", right=True)
