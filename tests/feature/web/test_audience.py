"""Who a page answers."""

from journal.web.audience import audience_of


def test_every_page_of_the_real_app_declares_its_audience(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"probe.forgotten"}
    undeclared = [name for name in endpoints if audience_of(app, name) is None]
    assert undeclared == []


def test_a_page_without_an_audience_answers_nobody(ana, stranger):
    assert ana.get("/probe/forgotten").status_code == 404
    assert stranger.get("/probe/forgotten").status_code == 404


def test_a_stranger_is_sent_to_sign_in_and_back(stranger):
    answer = stranger.get("/probe/patient?tag=river&before=3")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/probe/patient?tag%3Driver%26before%3D3"


def test_ana_sees_her_page_and_what_all_signed_in_people_see(ana):
    assert ana.get("/probe/patient").text == "for the patient"
    assert ana.get("/probe/signed-in").status_code == 200


def test_ana_finds_nothing_on_a_therapists_page(ana):
    assert ana.get("/probe/therapist").data == ana.get("/no/such/page").data


def test_tess_finds_nothing_on_a_patients_page(tess, csrf):
    missing = tess.get("/no/such/page")
    refused = tess.post("/probe/patient", data={"csrf_token": csrf(tess)})
    assert refused.status_code == 404
    assert refused.data == missing.data


def test_a_made_up_session_cookie_signs_nobody_in(stranger):
    for value in ("", "nonsense", "A" * 43, "é"):
        stranger.set_cookie("session", value, domain="127.0.0.1")
        assert stranger.get("/probe/signed-in").status_code == 303


def test_a_remember_cookie_of_flask_login_changes_nothing(ana):
    ana.set_cookie("remember_token", "1|abc", domain="127.0.0.1")
    assert ana.get("/probe/patient").status_code == 200


def test_signing_out_takes_the_cookie_and_the_cached_pages(ana, csrf):
    answer = ana.post("/probe/signing-out", data={"csrf_token": csrf(ana)})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert ana.get("/probe/patient").status_code == 303
