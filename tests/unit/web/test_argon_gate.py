"""How many passwords one machine stretches at a time."""

import os
from contextlib import ExitStack

import pytest

from journal.core.errors import Busy
from journal.web import argon_gate as gate


@pytest.fixture(autouse=True)
def impatient(monkeypatch, app):
    monkeypatch.setattr(gate, "PATIENCE", 0.05)
    with app.app_context():
        yield


def test_two_go_through_and_the_third_is_told_to_come_back():
    with gate.argon_gate(), gate.argon_gate(), pytest.raises(Busy), gate.argon_gate():
        pass


def test_a_place_is_free_again_after_a_failure():
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.argon_gate():
            raise ZeroDivisionError
    with gate.argon_gate(), gate.argon_gate():
        pass


def test_a_dead_process_holds_no_place(settings):
    for _ in range(2):
        child = os.fork()
        if child == 0:
            gate._free_place(settings.instance_path)
            os._exit(0)
        os.waitpid(child, 0)
    with gate.argon_gate(), gate.argon_gate():
        pass


def test_when_half_the_threads_wait_the_next_is_told_at_once(settings):
    half = settings.blocking_threads // 2
    with ExitStack() as crowd:
        for _ in range(half):
            crowd.enter_context(gate._queue.joined(half))
        with pytest.raises(Busy), gate.argon_gate():
            pass
    with gate.argon_gate():
        pass
