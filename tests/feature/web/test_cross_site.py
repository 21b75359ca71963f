"""Posts that another site, or another host, makes a browser send."""

import pytest


def test_a_post_with_the_browsers_own_token_is_taken(stranger, csrf):
    assert stranger.post("/probe/public", data={"csrf_token": csrf(stranger)}).status_code == 200


def test_a_script_may_send_the_token_as_a_header(stranger, csrf):
    answer = stranger.post("/probe/public", headers={"X-CSRFToken": csrf(stranger)})
    assert answer.status_code == 200


def test_a_post_without_a_token_is_refused_and_not_repeated(stranger):
    stranger.get("/probe/public")
    answer = stranger.post("/probe/public", data={"body": "the heron"})
    assert answer.status_code == 400
    assert "heron" not in answer.text


def test_a_token_of_another_browser_is_refused(app, stranger, csrf):
    stranger.get("/probe/public")
    answer = stranger.post("/probe/public", data={"csrf_token": csrf(app.test_client())})
    assert answer.status_code == 400


def test_a_late_post_without_a_token_is_refused_before_it_is_kept(ana, end_session):
    end_session(ana)
    answer = ana.post("/probe/patient", data={"body": "planted by another site"})
    assert answer.status_code == 400


def test_the_token_outlives_the_session(ana, csrf, end_session):
    held = csrf(ana)
    end_session(ana)
    assert ana.post("/probe/public", data={"csrf_token": held}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:8000", "http://localhost:8000"], ids=["base URL", "localhost"]
)
def test_our_own_origins_may_post(stranger, csrf, origin):
    answer = stranger.post(
        "/probe/public", data={"csrf_token": csrf(stranger)}, headers={"Origin": origin}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_other_origins_may_not_post_even_with_a_token(stranger, csrf, headers):
    answer = stranger.post("/probe/public", data={"csrf_token": csrf(stranger)}, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1:8001", "", "127.0.0.1"])
def test_another_host_header_is_refused_in_plain_text(stranger, host):
    answer = stranger.get("/probe/public", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"


def test_localhost_on_our_port_is_ours(stranger):
    answer = stranger.get("/probe/public", headers={"Host": "localhost:8000"})
    assert answer.status_code == 200


def test_a_method_can_not_be_overridden(ana, csrf):
    answer = ana.post(
        "/probe/signed-in",
        data={"csrf_token": csrf(ana), "_method": "GET"},
        headers={"X-HTTP-Method-Override": "GET"},
    )
    assert answer.status_code == 405
