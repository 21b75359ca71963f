"""The machine's clock jumps back by an hour and ahead by a day: nothing falls over.

Red when a session signs for a moment before its own certificate (`consent._say`), or when a
throttle counts a window that lies ahead.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from journal.core import throttle
from tests.people import NOW, PASSWORD
from tests.town import email, write
from tests.visitors import Visitor, read

if TYPE_CHECKING:
    import time_machine
    from werkzeug.test import TestResponse

    from tests.town import Town

BACK, AHEAD = timedelta(hours=-1), timedelta(days=1)
JUMPS = (BACK, AHEAD, timedelta(), timedelta(days=-400), timedelta(days=400), timedelta())
WORDS = "It was later than the clock believed."
PATIENTS_PAGES = (
    *("/today", "/check-ins", "/entries", "/trends", "/sharing", "/sharing/receipts"),
    *("/account", "/account/devices", "/entries/new", "/check-ins/new"),
)


def sign_in(visitor: Visitor, name: str, password: str = PASSWORD) -> TestResponse:
    return visitor.submit("/sign-in", email=email(name), password=password)


def signed_in(town: Town, name: str) -> Visitor:
    visitor = town.stranger
    assert sign_in(visitor, name).status_code == 303
    return visitor


def pages(town: Town) -> list[tuple[Visitor, str]]:
    hers = ("/caseload", f"/patients/{town['grant']}", f"/invitations/{town['invitation']}")
    return [
        *((town.ana, path) for path in PATIENTS_PAGES),
        *((town.tess, path) for path in hers),
        *((town.stranger, path) for path in ("/sign-in", town["link"], "/healthz")),
    ]


def test_every_page_stays_calm(town: Town, clock: time_machine.Traveller) -> None:
    for jump in JUMPS:
        clock.move_to(NOW + jump)
        for visitor, path in pages(town):
            assert visitor.get(path).status_code in (200, 303, 404), (jump, path)
        town.ana, town.tess = (signed_in(town, name) for name in ("ana", "tess"))
        for visitor, path in pages(town):
            assert visitor.get(path).status_code in (200, 303, 404), (jump, path)


def test_nobody_is_signed_out_when_the_clock_goes_back(
    town: Town, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + BACK)
    assert town.ana.is_signed_in()
    kept = write(town.ana, WORDS, audience="journal")
    assert WORDS in town.tess.get(f"/patients/{town['grant']}/records/{kept}").text
    clock.move_to(NOW)
    assert WORDS in town.ana.get(f"/entries/{kept}").text


def test_what_is_posted_a_day_later_comes_back(town: Town, clock: time_machine.Traveller) -> None:
    token = town.ana.token
    clock.move_to(NOW + AHEAD)
    here = {"Origin": "http://127.0.0.1:8000"}
    late = town.ana.client.post(
        "/check-ins/new", data={"csrf_token": token, "mood": "3", "note": WORDS}, headers=here
    )
    assert late.status_code == 401
    assert WORDS in late.text or "kept" in {name for name, _ in read(late).form("/sign-in").fields}


@pytest.mark.parametrize("jump", [BACK, AHEAD])
def test_sharing_ends_and_begins_at_any_moment(
    town: Town, clock: time_machine.Traveller, jump: timedelta
) -> None:
    clock.move_to(NOW + jump)
    if jump == AHEAD:
        town.ana, town.tess = (signed_in(town, name) for name in ("ana", "tess"))
    sharing, patient = f"/sharing/{town['grant']}", f"/patients/{town['grant']}"
    assert town.ana.post(sharing, scopes=["journal"], since="now").status_code == 303
    assert town.tess.get(patient).status_code == 200, "she still reads what is left"
    assert town.ana.post(f"{sharing}/revocation").status_code == 303
    for moment in (NOW + jump, NOW, NOW + AHEAD * 2):
        clock.move_to(moment)
        if not town.ana.is_signed_in():
            town.ana = signed_in(town, "ana")
        assert "Sharing is over" in town.ana.get(sharing).text
        assert town.ana.get("/sharing/receipts").status_code == 200


def test_a_throttle_from_ahead_is_soon_over(town: Town, clock: time_machine.Traveller) -> None:
    for _ in range(throttle.PER_ADDRESS):
        assert sign_in(town.stranger, "ana", "never her words").status_code == 422
    assert sign_in(town.stranger, "ana").status_code == 429
    clock.move_to(NOW + timedelta(minutes=-5))
    assert sign_in(town.stranger, "ana").status_code == 429, "a little back lets nobody guess on"
    clock.move_to(NOW + BACK)
    assert sign_in(town.stranger, "ana").status_code == 303
    for _ in range(throttle.PER_ADDRESS):
        assert sign_in(town.stranger, "ana", "never her words").status_code == 422
    assert sign_in(town.stranger, "ana").status_code == 429, "from there on it counts as ever"
    clock.move_to(NOW + AHEAD)
    assert sign_in(town.stranger, "ana").status_code == 303
