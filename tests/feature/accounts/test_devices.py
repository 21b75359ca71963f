"""GET /account/devices, POST /account/devices/<device>/ending."""

import re

import pytest


def ends(browser):
    return re.findall(
        r'action="(/account/devices/\w+/ending)"', browser.get("/account/devices").text
    )


@pytest.fixture
def phone(ana, new_browser):
    browser = new_browser()
    agent = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    browser.client.environ_base["HTTP_USER_AGENT"] = agent
    browser.sign_in()
    return browser


def test_ana_sees_each_device_by_a_name_she_knows(ana, phone):
    page = ana.get("/account/devices").text
    assert "Firefox on Android" in page
    assert len(ends(ana)) == 1


def test_she_signs_the_other_one_out(ana, phone):
    (end,) = ends(ana)
    answer = ana.post(end)
    assert (answer.status_code, answer.location) == (303, "/account/devices")
    assert not phone.is_signed_in()
    assert ana.is_signed_in()


def test_tess_can_not_end_anas_session(ana, phone, tess):
    (end,) = ends(ana)
    answer = tess.post(end)
    assert answer.status_code == 404
    assert answer.data == tess.post("/account/devices/nothing/ending").data
    assert phone.is_signed_in()


def test_a_device_that_idled_out_is_not_listed(ana, phone, later):
    later(minutes=10)
    assert ana.is_signed_in()
    later(minutes=6)
    assert ends(ana) == []
