"""A form that is posted after its session ended."""

import re
from uuid import uuid4

TEXT = 'It came back while I was washing up:\nthe <water>, and the "feeling".'


def kept_in(answer):
    return re.search(r'name="kept" value="([\w-]+)"', answer.text).group(1)


def post_late(browser, csrf, end_session, path="/probe/patient?from=list"):
    held = csrf(browser)
    end_session(browser)
    form = {"csrf_token": held, "body": TEXT, "password": "hunter2 again"}
    return browser.post(path, data=form)


def sign_in(browser, csrf, name, kept):
    return browser.post(
        f"/probe/signing-in/{name}", data={"csrf_token": csrf(browser), "kept": kept}
    )


def test_ana_gets_a_sign_in_form_that_holds_her_words_sealed(ana, csrf, end_session):
    answer = post_late(ana, csrf, end_session)
    assert answer.status_code == 401
    assert 'name="password"' in answer.text
    assert kept_in(answer)
    assert "washing" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_ana_gets_her_words_back_and_saves_them_with_one_button(ana, csrf, end_session):
    kept = kept_in(post_late(ana, csrf, end_session))
    page = sign_in(ana, csrf, "ana", kept)
    assert 'action="/probe/patient?from=list"' in page.text
    assert "washing up:\nthe &lt;water&gt;" in page.text
    assert "hunter2" not in page.text
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    saved = ana.post("/probe/patient?from=list", data={"csrf_token": fresh, "body": TEXT})
    assert saved.text == TEXT


def test_a_button_pressed_too_late_is_no_typed_word(ana, csrf, end_session):
    held = csrf(ana)
    end_session(ana)
    pressed = ana.post("/probe/patient", data={"csrf_token": held, "password": "hunter2 again"})
    page = sign_in(ana, csrf, "ana", kept_in(pressed)).text
    assert "What you pressed has not been done" in page
    assert "Do it now" in page
    assert "Here is what you typed" not in page


def test_somebody_else_who_signs_in_gets_nothing(ana, tess, csrf, end_session):
    kept = kept_in(post_late(ana, csrf, end_session))
    answer = sign_in(tess, csrf, "tess", kept)
    assert answer.text == "welcome"


def test_a_changed_seal_gives_nothing_back(ana, csrf, end_session):
    kept = kept_in(post_late(ana, csrf, end_session))
    for changed in (kept[:-2], "B" + kept[1:], "", "é", kept[:10]):
        assert sign_in(ana, csrf, "ana", changed).text == "welcome"


def test_a_stranger_who_posts_sees_the_words_to_copy(stranger, csrf):
    form = {"csrf_token": csrf(stranger), "body": TEXT}
    answer = stranger.post("/probe/patient", data=form)
    assert answer.status_code == 401
    assert "washing up" in answer.text
    assert 'name="kept"' not in answer.text


def test_words_without_spaces_are_shown_to_be_copied_too(stranger, csrf):
    words = {"body": "夜の川をひとりで渡った", "note": "x" * 300, "client_id": str(uuid4())}
    answer = stranger.post("/probe/patient", data={"csrf_token": csrf(stranger), **words})
    assert words["body"] in answer.text
    assert words["note"] in answer.text
    assert words["client_id"] not in answer.text
