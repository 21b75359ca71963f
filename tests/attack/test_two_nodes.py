"""Two nodes answer over one database, the second one's clock a minute ahead.

Nobody gains by going from one to the other, and nobody is stopped by it.
Red when `consent._say` leaves out the beginning of its certificate, or `sessions.end` leaves the
keys in the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from journal import create_app
from journal.core import leases, throttle
from journal.db import Database
from tests.people import NOW, PASSWORD
from tests.town import Town, email, invite, link_of, write
from tests.visitors import Visitor, read

AHEAD = timedelta(seconds=60)
IDLE = timedelta(minutes=15)
WORDS = "It was said at the other node."


@dataclass
class Nodes:
    """The town's own node, and a second one; `moment` is the time by the first one's clock."""

    town: Town
    other: Flask
    clock: time_machine.Coordinates
    moment: datetime = NOW

    def here(self) -> Flask:
        """Answer from the town's own node."""
        self.clock.move_to(self.moment)
        return self.town.app

    def there(self) -> Flask:
        """Answer from the node that is a minute ahead."""
        self.clock.move_to(self.moment + AHEAD)
        return self.other

    def at(self, app: Flask, visitor: Visitor) -> Visitor:
        """The same browser, led to that node."""
        return Visitor(app, visitor.cookies)


@pytest.fixture(scope="module")
def second_app(first_town: Town) -> Flask:
    app = create_app(first_town.settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["journal"].database.dispose()
    return app


@pytest.fixture
def nodes(town: Town, second_app: Flask, clock: time_machine.Coordinates) -> Iterator[Nodes]:
    database = Database(town.settings.database_url)
    before = second_app.extensions["journal"]
    second_app.extensions["journal"] = replace(before, settings=town.settings, database=database)
    yield Nodes(town, second_app, clock)
    second_app.extensions["journal"] = before
    database.dispose()


def sign_in(visitor: Visitor, name: str, password: str = PASSWORD) -> Visitor:
    assert visitor.post("/sign-in", email=email(name), password=password).status_code == 303
    return visitor


@contextmanager
def ahead_then_behind(nodes: Nodes, name: str) -> Iterator[Visitor]:
    """Somebody signs in where it is later, and goes on where that moment is still to come."""
    browser = sign_in(Visitor(nodes.there()), name)
    yield nodes.at(nodes.here(), browser)


def test_a_session_of_the_future_writes_shares_and_ends_what_it_shared(nodes: Nodes) -> None:
    town, patient = nodes.town, f"/patients/{nodes.town['grant']}"
    with ahead_then_behind(nodes, "ana") as ana:
        kept = write(ana, WORDS, audience="journal")
        assert WORDS in town.tess.get(f"{patient}/records/{kept}").text
        sharing = f"/sharing/{town['grant']}"
        assert ana.post(sharing, scopes=["journal"], since="now").status_code == 303
        # A narrowing signed before its certificate begins would close her out altogether.
        for tess in (nodes.at(nodes.here(), town.tess), nodes.at(nodes.there(), town.tess)):
            assert WORDS in tess.get(f"{patient}/records/{kept}").text
            assert tess.get(f"{patient}/records/{town['check_in']}").status_code == 404
        nodes.here()
        assert ana.post(f"{sharing}/revocation").status_code == 303
        for tess in (nodes.at(nodes.there(), town.tess), nodes.at(nodes.here(), town.tess)):
            assert tess.get(patient).status_code == 404
        assert ana.get("/sharing/receipts").status_code == 200


def test_what_ends_a_session_ends_it_at_both(nodes: Nodes) -> None:
    thief = nodes.town.ana.copy()
    with ahead_then_behind(nodes, "ana") as ana:
        twin = nodes.at(nodes.there(), ana)
        assert twin.is_signed_in()
        nodes.here()
        assert ana.post("/sign-out").status_code == 303
        assert not nodes.at(nodes.there(), twin).is_signed_in()
        assert not ana.is_signed_in()
    anew = sign_in(Visitor(nodes.there()), "ana")
    changed = anew.submit(
        "/account/password",
        password=PASSWORD,
        new_password="a lantern under seven willows",
    )
    assert changed.status_code == 303, read(changed).text
    assert not nodes.at(nodes.here(), thief).is_signed_in()
    assert nodes.at(nodes.here(), anew).is_signed_in()


def test_going_to_and_fro_keeps_no_session_awake_for_longer(nodes: Nodes) -> None:
    browser = sign_in(Visitor(nodes.there()), "ana")
    for app in (nodes.here(), nodes.there(), nodes.here()):
        assert nodes.at(app, browser).is_signed_in()
    nodes.moment = NOW + AHEAD + IDLE + timedelta(seconds=1)
    assert not nodes.at(nodes.here(), browser).is_signed_in()
    assert not nodes.at(nodes.there(), browser).is_signed_in()


def test_no_session_outlives_twelve_hours_by_more_than_the_minute(nodes: Nodes) -> None:
    browser = sign_in(Visitor(nodes.there()), "ana")
    while nodes.moment < NOW + timedelta(hours=12) - IDLE:
        nodes.moment += IDLE - 2 * AHEAD
        assert nodes.at(nodes.here(), browser).is_signed_in()
    nodes.moment = NOW + timedelta(hours=12) - AHEAD
    nodes.at(nodes.here(), browser).get("/today")
    nodes.moment = NOW + timedelta(hours=12) + AHEAD
    assert not nodes.at(nodes.here(), browser).is_signed_in()


def test_guesses_at_both_nodes_are_counted_together(nodes: Nodes) -> None:
    wrong = {"email": email("ana"), "password": "seven loud geese at noon"}
    for turn in range(throttle.PER_ADDRESS):
        app = nodes.here() if turn % 2 else nodes.there()
        assert Visitor(app).post("/sign-in", **wrong).status_code == 422
    for app in (nodes.here, nodes.there):
        assert Visitor(app()).post("/sign-in", **wrong).status_code == 429


def test_what_ran_out_ahead_is_over_behind_as_soon_as_it_was_swept(nodes: Nodes) -> None:
    town, patient = nodes.town, f"/patients/{nodes.town['grant']}"
    ana = nodes.at(nodes.here(), town.ana)
    until = {"scopes": ["journal", "check-ins"], "since": "now", "not_after": "2026-11-22"}
    assert ana.post(f"/sharing/{town['grant']}", **until).status_code == 303
    midnight = datetime.fromisoformat("2026-11-23T00:00:00+00:00")
    nodes.moment = midnight - AHEAD / 2
    tess = sign_in(Visitor(nodes.here()), "tess")
    assert tess.get(patient).status_code == 200, "half a minute is left by this clock"
    assert nodes.at(nodes.there(), tess).get(patient).status_code == 404
    work = nodes.there().test_cli_runner().invoke(args=["work", "--once"])
    assert work.exit_code == 0, work.output
    assert nodes.at(nodes.here(), tess).get(patient).status_code == 404


def test_words_that_came_late_at_one_come_back_at_the_other(nodes: Nodes) -> None:
    browser = sign_in(Visitor(nodes.there()), "ana")
    token = browser.token
    nodes.moment = NOW + AHEAD + IDLE * 2
    behind = nodes.at(nodes.here(), browser)
    late = behind.client.post("/entries/new", data={"csrf_token": token, "body": WORDS})
    assert late.status_code == 401
    kept = dict(read(late).form("/sign-in").fields)["kept"]
    there = nodes.at(nodes.there(), behind)
    back = there.post("/sign-in", email=email("ana"), password=PASSWORD, kept=kept)
    assert WORDS in back.text
    stranger = Visitor(nodes.there())
    foreign = stranger.post("/sign-in", email=email("otto"), password=PASSWORD, kept=kept)
    assert WORDS not in foreign.text


def test_an_invitation_of_the_future_is_taken_and_pinned(nodes: Nodes) -> None:
    tess = sign_in(Visitor(nodes.there()), "tess")
    link = invite(tess, "N.")
    nodes.here()
    typed = {"name": "Nora Pebbleford", "email": "nora@example.org", "password": PASSWORD}
    nora = Visitor(nodes.here())
    nora.arrive(link, **typed, scopes=["journal"], since="everything")
    write(nora, WORDS, audience="journal")
    for app in (nodes.here(), nodes.there()):
        assert "Nora Pebbleford" in nodes.at(app, tess).get("/caseload").text


def test_a_link_that_ran_out_ahead_is_not_taken_there(nodes: Nodes) -> None:
    tess = sign_in(Visitor(nodes.here()), "tess")
    shown = tess.arrive("/caseload/invitations/new", label="M.")
    link = link_of(tess.page(shown))
    nodes.moment = NOW + timedelta(hours=72) - AHEAD / 2
    assert Visitor(nodes.here()).get(link).status_code == 200
    assert Visitor(nodes.there()).get(link).status_code == 404


def test_no_node_takes_a_lease_that_the_other_one_holds(nodes: Nodes) -> None:
    nodes.here()
    with nodes.town.database.session() as db:
        claimed = {"name": "expiry", "seconds": 300}
        assert leases.claim(db, holder="here", now=NOW, **claimed)
        assert not leases.claim(db, holder="there", now=NOW + AHEAD, **claimed)
        late = NOW + timedelta(seconds=300)
        assert leases.claim(db, holder="there", now=late + AHEAD, **claimed)
        assert not leases.claim(db, holder="here", now=late, **claimed)
