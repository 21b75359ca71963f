"""GET and POST /invitations/<token>: signing up."""

import time

import pytest

from journal.core import accounts, caseload, consent, invitations


def test_a_therapist_signs_up_and_sees_her_kit(tess):
    assert tess.is_signed_in()
    assert len(tess.kit().split("-")) == 9


def test_a_therapist_is_asked_for_name_address_and_password_only(new_browser, therapist_link):
    page = new_browser().get(therapist_link)
    assert page.status_code == 200
    assert 'value="tess@example.org"' in page.text
    assert 'name="scopes"' not in page.text


def test_the_page_shows_ana_who_invites_her_and_the_code(new_browser, tess, invite):
    invited = invite(tess)
    page = new_browser().get(f"/invitations/{invited.token}").text
    assert "Tess" in page
    assert invited.safety_code in page
    for scope in ("check-ins", "journal", "measures", "medications", "safety-plan", "care"):
        assert f'name="scopes" value="{scope}"' in page


def test_ana_signs_up_and_ends_at_the_recovery_kit(new_browser, link):
    ana = new_browser()
    answer = ana.sign_up(link, scopes=["check-ins", "journal"], since="everything")
    assert (answer.status_code, answer.location) == (303, "/account/recovery-kit")
    assert ana.kit()


def test_tess_then_holds_exactly_what_ana_ticked(ana, tess, store):
    tess.sign_in("Tess")
    with store() as db:
        from journal import clock

        (row,) = caseload.entries(db, tess.keyring(db), now=clock.now())
        assert row.patient_name == "Ana"
        assert list(row.scopes) == ["check-ins"]


def test_ana_may_share_nothing(new_browser, link, store):
    ana = new_browser()
    assert ana.sign_up(link).status_code == 303
    with store() as db:
        from journal import clock

        (grant,) = consent.all_grants(db, ana.keyring(db), now=clock.now())
        assert grant.live
        assert not grant.scopes


def test_a_scope_that_is_not_offered_is_refused(new_browser, link):
    answer = new_browser().sign_up(link, scopes=["private"])
    assert answer.status_code == 422


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
def test_an_unknown_zone_is_utc(new_browser, link, store, zone):
    ana = new_browser()
    ana.sign_up(link, zone=zone)
    with store() as db:
        assert accounts.profile(db, ana.keyring(db)).zone == "UTC"


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "password1234",
        "ana@example.org",
        "Ana Ana Ana Ana",
        "12345678901",
        "aaaaaaaaaaaaaa",
    ],
)
def test_a_weak_password_is_refused_and_the_rest_is_kept(new_browser, link, weak):
    browser = new_browser()
    answer = browser.sign_up(link, password=weak, scopes=["journal"], since="everything")
    assert answer.status_code == 422
    assert 'href="#password"' in answer.text
    assert 'value="ana@example.org"' in answer.text
    assert 'value="journal" checked' in answer.text
    assert 'value="everything" checked' in answer.text
    assert f'value="{weak}"' not in answer.text.replace('value="ana@example.org"', "")
    assert not browser.is_signed_in()


def test_a_very_long_password_is_judged_quickly(new_browser, link):
    began = time.perf_counter()
    assert new_browser().sign_up(link, password="ab" * 100_000).status_code == 422
    assert time.perf_counter() - began < 2


def test_a_taken_address_is_said_beside_its_field(ana, tess, invite, new_browser):
    second = f"/invitations/{invite(tess).token}"
    answer = new_browser().sign_up(second, "Ana")
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert new_browser().sign_up(second, "Ada").status_code == 303


def test_one_link_does_not_tell_for_long_who_has_an_account(ana, tess, invite, new_browser):
    curious, second = new_browser(), f"/invitations/{invite(tess).token}"
    answers = [curious.sign_up(second, "Ana").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_the_lost_answer_of_a_sign_up_is_given_again(new_browser, link):
    ana = new_browser()
    ana.sign_up(link)
    again = new_browser()
    answer = again.sign_up(link)
    assert (answer.status_code, answer.location) == (303, "/account/recovery-kit")
    assert again.kit() == ana.kit()


def test_the_same_post_from_the_signed_in_browser_answers_the_same(ana, link):
    answer = ana.sign_up(link)
    assert (answer.status_code, answer.location) == (303, "/account/recovery-kit")


def test_a_used_link_opens_nothing_for_theo(ana, link, new_browser):
    theo = new_browser()
    assert theo.get(link).status_code == 404
    assert theo.sign_up(link, "Theo").status_code == 404
    assert theo.sign_up(link, "Ana", password="four loud herons at dawn").status_code == 404
    assert not theo.is_signed_in()


def test_a_used_link_signs_in_only_the_account_it_made(ana, tess, link, new_browser):
    browser = new_browser()
    assert browser.sign_up(link, "Tess").status_code == 404
    assert not browser.is_signed_in()


def test_guesses_at_a_used_link_are_slowed_down(ana, link, new_browser):
    theo = new_browser()
    tries = [theo.sign_up(link, password=f"guess number {n}").status_code for n in range(11)]
    assert tries == [404] * 10 + [429]


def test_a_withdrawn_link_is_over(tess, invite, store, new_browser):
    invited = invite(tess)
    with store() as db:
        invitations.withdraw(db, tess.keyring(db), invited.id)
        db.commit()
    ana, path = new_browser(), f"/invitations/{invited.token}"
    assert ana.get(path).status_code == 404
    assert ana.sign_up(path).status_code == 404


def test_a_link_is_over_after_three_days(link, later, new_browser):
    later(hours=71)
    assert new_browser().get(link).status_code == 200
    later(hours=2)
    ana = new_browser()
    assert ana.get(link).status_code == 404
    assert ana.sign_up(link).status_code == 404


def test_all_links_that_open_nothing_look_the_same(ana, link, new_browser):
    browser = new_browser()
    pages = {browser.get(path).data for path in (link, "/invitations/nonsense", f"{link}x")}
    assert len(pages) == 1


def test_a_therapist_who_lends_her_device_does_not_stay_signed_in_on_it(tess, link):
    cookie = tess.cookie()
    assert tess.sign_up(link).status_code == 303
    assert tess.cookie() != cookie
    tess.client.set_cookie("session", cookie, domain="127.0.0.1")
    assert not tess.is_signed_in()
