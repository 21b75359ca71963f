"""A thief holds Ana's session cookie, not her password: he reads, and can make nothing last.

Red when a route that signs with the root key takes a keyring without `accounts.step_up`:
`consent.change` (StepUpNeeded), `password_change`, `kit_renewal`, `invitation_routes._further`;
or when `exports.routes.download` or `leaving_routes` answers before `_step_up`.
"""

import re

import pytest

from tests.people import PASSWORD
from tests.town import Town, email, invite
from tests.visitors import Visitor, read

NEW_PASSWORD = "a lantern under seven willows"
GUESSES = ("", "x", PASSWORD.upper(), f"{PASSWORD} ", "seven loud geese at noon")
ALL = ["check-ins", "measures", "journal", "medications", "safety-plan", "care"]


@pytest.fixture
def thief(town: Town) -> Visitor:
    return town.ana.copy()


def shared(town: Town) -> list[str]:
    """Return what Ana's own page says that Tess may read."""
    form = town.ana.page(f"/sharing/{town['grant']}").form(f"/sharing/{town['grant']}")
    return [value for name, value in form.fields if name in ("scopes", "not_after")]


def opens(town: Town, password: str) -> bool:
    browser = town.stranger
    return browser.post("/sign-in", email=email("ana"), password=password).status_code == 303


@pytest.mark.parametrize("password", GUESSES)
def test_he_can_not_widen_what_is_shared(town: Town, thief: Visitor, password: str) -> None:
    before, path = shared(town), f"/sharing/{town['grant']}"
    for wanted in (
        {"scopes": ALL, "since": "everything"},
        {"scopes": ["journal", "check-ins", "care"], "since": "now"},
        {"scopes": ["journal", "check-ins", "private"], "since": "everything"},
    ):
        assert thief.post(path, password=password, **wanted).status_code == 422
    assert shared(town) == before


def test_he_can_not_lengthen_what_runs_out(town: Town, thief: Visitor) -> None:
    path, scopes = f"/sharing/{town['grant']}", ["journal", "check-ins"]
    assert (
        town.ana.post(path, scopes=scopes, since="now", not_after="2026-12-01").status_code == 303
    )
    before = shared(town)
    for day in ("2026-12-02", "2036-01-01", ""):
        refused = thief.post(path, scopes=scopes, since="now", not_after=day)
        assert refused.status_code == 422, day
    assert shared(town) == before


def test_he_can_not_bring_in_a_therapist_of_his_own(town: Town, thief: Visitor) -> None:
    link = invite(town.theo, "stolen")
    for password in GUESSES:
        answer = thief.post(link, scopes=ALL, since="everything", password=password)
        assert answer.status_code == 422
    assert len(re.findall(r"/revocation", town.ana.get("/sharing").text)) == 1
    assert "Quillfeather" not in town.ana.get("/sharing").text


def test_he_can_not_change_the_password(town: Town, thief: Visitor) -> None:
    for password in GUESSES:
        answer = thief.post("/account/password", password=password, new_password=NEW_PASSWORD)
        assert answer.status_code == 422
        assert NEW_PASSWORD not in answer.text
    assert not opens(town, NEW_PASSWORD)
    assert opens(town, PASSWORD)


def test_he_can_not_make_a_kit_nor_see_one_after_ten_minutes(
    town: Town, thief: Visitor, clock
) -> None:
    clock.shift(10 * 60 + 1)
    assert 'id="kit"' not in thief.get("/account/recovery-kit").text
    for password in GUESSES:
        assert thief.post("/account/recovery-kit/renewal", password=password).status_code == 422
    assert 'id="kit"' not in thief.get("/account/recovery-kit").text
    thief.post("/account/recovery-kit", kit="ABCD")
    assert 'id="kit"' not in thief.get("/account/recovery-kit").text


def test_a_kit_that_was_typed_back_is_not_shown_to_him(town: Town, thief: Visitor) -> None:
    kit = "-".join(re.findall(r"<span>(\w{4})</span>", town.ana.get("/account/recovery-kit").text))
    town.ana.arrive("/account/recovery-kit", kit=kit)
    assert kit[:9] not in thief.get("/account/recovery-kit").text


def test_he_can_not_take_the_whole_journal_with_him(town: Town, thief: Visitor) -> None:
    for password in GUESSES:
        answer = thief.post("/account/export", password=password)
        assert answer.status_code == 422
        assert answer.mimetype == "text/html"
    assert town.ana.post("/account/export", password=PASSWORD).mimetype == "application/zip"


@pytest.mark.parametrize("path", ["/account/leaving", "/account/leaving/now"])
def test_he_can_not_erase_the_account(town: Town, thief: Visitor, path: str) -> None:
    for password in GUESSES:
        assert thief.post(path, password=password).status_code == 422
    assert opens(town, PASSWORD)
    assert shared(town), "no consent ended either"
    assert town.tess.get(f"/patients/{town['grant']}").status_code == 200


def test_he_guesses_the_password_ten_times_and_no_more(town: Town, thief: Visitor) -> None:
    """Each page that asks for it counts with the others."""
    path, tried = f"/sharing/{town['grant']}", []
    for at in range(12):
        guess = f"guess number {at} of mine"
        if at % 3 == 0:
            answer = thief.post("/account/password", password=guess, new_password=NEW_PASSWORD)
        elif at % 3 == 1:
            answer = thief.post(path, scopes=ALL, since="now", password=guess)
        else:
            answer = thief.post("/account/recovery-kit/renewal", password=guess)
        tried.append(answer.status_code)
        assert guess not in answer.text
    assert tried == [422] * 10 + [429] * 2


def test_he_can_not_stay_longer_than_an_hour_at_a_time(town: Town, thief: Visitor) -> None:
    for minutes in ("61", "0", "-1", "100000000000", "15.5", "\u0665", "1e3", ""):
        answer = thief.post("/account", name="Ana", zone="UTC", idle_minutes=minutes)
        assert answer.status_code == 422, minutes
        assert minutes in read(answer).values
    assert b"You sign in with" in thief.get("/account").data
    # No page changes the address, whatever the form carries.
    thief.post("/account", name="Ana", zone="UTC", idle_minutes=15, email="thief@example.org")
    assert opens(town, PASSWORD)


def test_a_new_password_puts_him_out(town: Town, thief: Visitor) -> None:
    assert thief.is_signed_in()
    twin = town.stranger
    twin.arrive("/sign-in", email=email("ana"), password=PASSWORD)
    twin.arrive("/account/password", password=PASSWORD, new_password=NEW_PASSWORD)
    assert not thief.is_signed_in()
    assert thief.get(f"/entries/{town['private']}").status_code == 303
    assert twin.is_signed_in()


def test_ending_his_device_puts_him_out(town: Town) -> None:
    thief = town.stranger
    thief.arrive("/sign-in", email=email("ana"), password=PASSWORD)
    forms = [form.action for form in town.ana.page("/account/devices").forms]
    [ending] = [action for action in forms if action.endswith("/ending")]
    town.ana.arrive("/account/devices", ending)
    assert not thief.is_signed_in()
    assert town.ana.is_signed_in()


def test_a_therapists_stolen_session_can_not_read_more_or_for_longer(town: Town) -> None:
    thief, grant = town.tess.copy(), town["grant"]
    town.ana.arrive(f"/sharing/{grant}/revocation")
    for path in (f"/patients/{grant}", f"/patients/{grant}/records/{town['shared']}"):
        assert thief.get(path).status_code == 404
    assert (
        thief.post("/account/password", password="x", new_password=NEW_PASSWORD).status_code == 422
    )
