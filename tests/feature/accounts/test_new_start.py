"""A new start: neither password nor kit, a link from the therapist in the room, new keys."""

import re

from tests.people import NOBODYS, PASSWORD
from tests.town import TYPED, Town, email, link_of
from tests.visitors import Page, Visitor, read

NEW = "a lantern under seven willows"


def told(page: Page) -> str:
    return " ".join(page.text.split())


def make_link(town: Town) -> str:
    shown = town.tess.arrive(f"/patients/{town['grant']}/restart")
    return link_of(town.tess.page(shown))


def begin(town: Town, link: str, **typed: object) -> Visitor:
    browser = town.stranger
    asked = {"email": email("ana"), "password": NEW, "scopes": ["journal"], "since": "everything"}
    assert browser.arrive(link, **(asked | typed)) == "/account/recovery-kit"
    return browser


def new_grant(town: Town) -> str:
    links = town.tess.page("/caseload").links
    pages = [re.fullmatch(r"/patients/([-0-9a-f]{36})", one) for one in links]
    [found] = {match[1] for match in pages if match} - {town["grant"]}
    return found


def test_the_whole_way_back_in(town: Town) -> None:
    ana = begin(town, make_link(town))
    assert "Untitled" not in told(ana.page("/entries"))
    assert TYPED["journal"] not in told(ana.page("/entries"))
    assert not town.ana.is_signed_in()
    again = town.stranger
    again.arrive("/sign-in", email=email("ana"), password=NEW)
    assert TYPED["ana"] in again.page("/account").values
    old = town.stranger.submit("/sign-in", email=email("ana"), password=PASSWORD)
    assert old.status_code == 422


def test_tess_reads_what_is_new_and_still_what_she_read(town: Town) -> None:
    ana = begin(town, make_link(town))
    ana.arrive("/entries/new", title="an odd heading", body="words", audience="journal")
    assert "an odd heading" in told(town.tess.page(f"/patients/{new_grant(town)}"))
    assert TYPED["shared_title"] in told(town.tess.page(f"/patients/{town['grant']}"))


def test_every_page_of_ana_opens_after_it(town: Town) -> None:
    ana = begin(town, make_link(town))
    for path in ("/today", "/entries", "/check-ins", "/trends", "/sharing", "/sharing/log"):
        assert ana.get(path).status_code == 200, path
    assert "missing" not in told(ana.page("/sharing"))
    receipts = ana.page("/sharing/receipts")
    assert "missing" not in told(receipts)
    [only] = [path for path in receipts.links if re.match(r"/sharing/receipts/[-0-9a-f]{36}", path)]
    assert "yours, checked just now" in told(ana.page(only))


def test_the_recovery_page_says_whom_to_ask(town: Town) -> None:
    assert "Ask your therapist when you meet" in told(town.stranger.page("/recovery"))


def test_ana_who_is_still_signed_in_reads_of_the_link_in_her_log(town: Town) -> None:
    make_link(town)
    assert "made a link to a new start for you" in told(town.ana.page("/sharing/log"))


def test_any_other_address_gets_the_same_answer_and_changes_nothing(town: Town) -> None:
    link, browser = make_link(town), town.stranger
    answers = []
    for address in (email("otto"), email("tess"), "nobodyhere@example.org"):
        answer = browser.submit(link, email=address, password=NEW)
        answers.append((answer.status_code, told(read(answer)).replace(address, "")))
    assert len(set(answers)) == 1
    assert answers[0][0] == 422
    assert town.ana.is_signed_in()


def test_guesses_at_the_address_are_counted(town: Town) -> None:
    link, browser = make_link(town), town.stranger
    codes = [
        browser.submit(link, email=f"a{n}@example.org", password=NEW).status_code for n in range(12)
    ]
    assert codes[-1] == 429


def test_a_withdrawn_used_or_old_link_is_not_there(town: Town, clock) -> None:
    link = make_link(town)
    [waiting] = [
        form.action
        for form in town.tess.page("/caseload").forms
        if form.action.endswith("/withdrawal") and town["invitation"] not in form.action
    ]
    assert town.tess.post(waiting).status_code == 303
    assert town.stranger.get(link).status_code == 404
    second = make_link(town)
    assert second != link
    begin(town, second)
    assert town.stranger.get(second).status_code == 404
    town.tess.page("/caseload")


def test_the_form_sent_again_after_a_lost_answer_signs_in(town: Town) -> None:
    link, browser = make_link(town), town.stranger
    form = browser.page(link).form(link)
    sent = form.filled(email=email("ana"), password=NEW)
    assert browser.client.post(link, data=sent).status_code == 303
    twin = town.stranger
    answer = twin.post(link, email=email("ana"), password=NEW)
    assert (answer.status_code, answer.location) == (303, "/account/recovery-kit")


def test_a_weak_password_is_refused_and_the_link_still_works(town: Town) -> None:
    link = make_link(town)
    assert town.stranger.submit(link, email=email("ana"), password="short").status_code == 422
    begin(town, link)


def test_theo_and_ana_make_no_link(town: Town) -> None:
    path = f"/patients/{town['grant']}/restart"
    missing = town.stranger.get("/no/such/page").data
    for person in (town.theo, town.ana):
        assert person.post(path).data == missing
    assert town.tess.post(f"/patients/{NOBODYS}/restart").status_code == 404
