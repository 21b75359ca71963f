"""POST /sign-out."""


def test_ana_signs_out_and_her_cookie_opens_nothing_any_more(ana):
    cookie = ana.cookie()
    answer = ana.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert ana.client.get_cookie("session", domain="127.0.0.1") is None
    ana.client.set_cookie("session", cookie, domain="127.0.0.1")
    assert not ana.is_signed_in()


def test_signing_out_twice_or_with_a_made_up_cookie_is_no_error(ana):
    ana.post("/sign-out")
    assert ana.post("/sign-out").status_code == 303
    ana.client.set_cookie("session", "made-up", domain="127.0.0.1")
    assert ana.post("/sign-out").status_code == 303


def test_a_link_elsewhere_can_not_sign_ana_out(ana):
    assert ana.get("/sign-out").status_code == 405
    assert ana.client.post("/sign-out").status_code == 400
    assert ana.is_signed_in()
