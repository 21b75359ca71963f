"""GET and POST /account: name, time zone, idle lock."""

import pytest

from journal.core import accounts


def save(browser, **fields):
    form = {"name": "Ana", "zone": "Europe/Vienna", "idle_minutes": "15"}
    return browser.post("/account", **{**form, **fields})


@pytest.fixture
def profile(store):
    def of(browser):
        with store() as db:
            return accounts.profile(db, browser.keyring(db))

    return of


def test_both_roles_have_the_page(ana, tess):
    assert 'value="Ana"' in ana.get("/account").text
    assert 'value="Tess"' in tess.get("/account").text
    assert ana.client.head("/account").status_code == 200


def test_ana_changes_her_name_and_zone(ana, profile):
    answer = save(ana, name="Ana Q.", zone="america/new york")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert profile(ana).name == "Ana Q."
    assert profile(ana).zone == "America/New_York"


@pytest.mark.parametrize("minutes", ["0", "61", "", "soon", "-5"])
def test_the_lock_comes_after_one_to_sixty_minutes(ana, profile, minutes):
    answer = save(ana, idle_minutes=minutes, name="Ana typed this")
    assert answer.status_code == 422
    assert 'value="Ana typed this"' in answer.text
    assert profile(ana).idle_minutes == 15


def test_a_shorter_lock_counts_at_once_and_on_every_device(ana, new_browser, later):
    phone = new_browser()
    phone.sign_in()
    save(ana, idle_minutes="2")
    assert 'data-idle-minutes="2"' in ana.get("/account").text
    later(minutes=2, seconds=1)
    assert not ana.is_signed_in()
    assert not phone.is_signed_in()


def test_an_unknown_zone_is_refused_and_stays_to_be_mended(ana, profile):
    answer = save(ana, zone="Mars/Olympus")
    assert answer.status_code == 422
    assert 'value="Mars/Olympus"' in answer.text
    assert profile(ana).zone == "Europe/Vienna"


def test_a_stranger_is_asked_to_sign_in(new_browser):
    assert new_browser().get("/account").location == "/sign-in?next=/account"


class TestAClinicThatLocksSooner:
    """A clinic whose operator set five minutes."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"idle_minutes": 5})

    def test_a_new_account_begins_with_the_clinics_minutes(self, ana, later):
        later(minutes=4, seconds=59)
        assert ana.is_signed_in()
        later(minutes=5, seconds=1)
        assert not ana.is_signed_in()
