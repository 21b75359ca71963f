"""Leaving: nobody reads from then on; it can be taken back for a week; then nothing is there."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from journal import cli, clock
from journal.core import models
from tests.town import TYPED, Town, email, invite
from tests.visitors import Page, Visitor, read

ASKED, KEEPS, NOW = "/account/leaving", "/account/leaving/cancellation", "/account/leaving/now"


@pytest.fixture
def passes(clock, town: Town):
    """What lets days pass and runs the jobs then."""

    def move(**by: float) -> None:
        clock.shift(timedelta(**by))
        cli.run_jobs(town.database, "a worker")

    return move


@pytest.fixture
def password(passwords) -> str:
    return passwords[0]


def sign_in(town: Town, name: str, password: str) -> Visitor:
    visitor = town.stranger
    visitor.arrive("/sign-in", email=email(name), password=password)
    return visitor


def told(page: Page) -> str:
    return " ".join(page.text.split())


def count(town: Town, table: type) -> int:
    with town.database.session() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_the_page_says_what_goes_what_stays_and_offers_the_export_first(town: Town) -> None:
    page = town.ana.page(ASKED)
    assert ASKED in town.ana.page("/account").links
    assert page.links.index("/account/export") < page.links.index(NOW)
    for part in ("What goes", "What stays", "older backups open nothing", "can’t be unread"):
        assert part in told(page)


def test_without_the_password_nothing_happens(town: Town, passwords) -> None:
    for typed in ("", passwords[1]):
        answer = town.ana.submit(ASKED, password=typed)
        assert answer.status_code == 422
    assert count(town, models.Leaving) == 0
    assert town.tess.get(f"/patients/{town['grant']}").status_code == 200


def test_nobody_reads_from_the_moment_she_asks(town: Town, password: str) -> None:
    assert town.ana.arrive(ASKED, password=password) == ASKED
    assert town.tess.get(f"/patients/{town['grant']}").status_code == 404
    assert "Ana" not in told(town.tess.page("/caseload"))
    assert "Nobody can read anything" in town.ana.page("/sharing").text


def test_who_is_leaving_gives_no_new_consent_until_she_stays(town: Town, password: str) -> None:
    link = invite(town.theo, "A second one")
    town.ana.arrive(ASKED, password=password)
    choice = {"scopes": ["journal"], "since": "everything", "password": password}
    assert town.ana.arrive(link, **choice) == ASKED
    assert "can’t share or invite" in told(town.ana.page(ASKED))
    town.ana.arrive(ASKED, KEEPS)
    assert town.ana.arrive(link, **choice).startswith("/sharing/")


def test_a_therapist_who_is_leaving_invites_nobody(town: Town, password: str) -> None:
    town.tess.arrive(ASKED, password=password)
    form = "/caseload/invitations/new"
    for answer in (town.tess.get(form), town.tess.post(form, label="Nora")):
        assert (answer.status_code, answer.location) == (303, ASKED)
    town.tess.arrive(ASKED, KEEPS)
    assert invite(town.tess, "Nora").startswith("/invitations/")


def test_every_page_says_the_day_and_lets_her_stay_with_one_press(
    town: Town, password: str
) -> None:
    town.ana.arrive(ASKED, password=password)
    for path in ("/today", "/entries", "/entries/new", "/sharing", "/account", ASKED):
        page = town.ana.page(path)
        assert "29 November 2026" in told(page), path
        assert page.form(KEEPS)
    assert read(town.ana.get(f"/entries/{town['private']}")).text.count("29 November") == 1
    assert town.ana.arrive("/today", KEEPS) == "/account"
    assert "29 November" not in told(town.ana.page("/today"))


def test_who_is_not_leaving_is_told_nothing(town: Town, password: str) -> None:
    town.ana.arrive(ASKED, password=password)
    for person in (town.otto, town.tess, town.stranger):
        assert KEEPS not in [form.action for form in read(person.get("/help-now")).forms]
    assert KEEPS not in [form.action for form in town.otto.page("/today").forms]
    assert KEEPS not in [form.action for form in town.ana.page("/help-now").forms]


def test_until_the_day_she_signs_in_reads_and_exports(town: Town, password: str, passes) -> None:
    town.ana.arrive(ASKED, password=password)
    passes(days=6, hours=23)
    ana = sign_in(town, "ana", password)
    assert TYPED["private"] in ana.page(f"/entries/{town['private']}").text
    export = ana.submit("/account/export", password=password)
    assert export.status_code == 200
    assert export.data


def test_who_stays_after_all_is_still_there_after_the_week(
    town: Town, password: str, passes
) -> None:
    town.ana.arrive(ASKED, password=password)
    town.ana.arrive(ASKED, KEEPS)
    assert town.ana.post(KEEPS).status_code == 303
    passes(days=8)
    ana = sign_in(town, "ana", password)
    assert TYPED["private"] in ana.page(f"/entries/{town['private']}").text
    assert town.tess.get(f"/patients/{town['grant']}").status_code in (303, 404)


def test_after_the_week_a_sign_in_is_a_strangers(
    town: Town, password: str, passes, without
) -> None:
    town.ana.arrive(ASKED, password=password)
    passes(days=7)
    gone, nobody = (
        town.stranger.submit("/sign-in", email=address, password=password)
        for address in (email("ana"), "nobody@example.org")
    )
    assert (gone.status_code, nobody.status_code) == (422, 422)
    assert without(gone, email("ana")) == without(nobody, "nobody@example.org")
    assert [name for name, _ in gone.headers] == [name for name, _ in nobody.headers]
    assert not town.ana.is_signed_in()


def test_tess_is_told_neutrally_and_only_by_her_own_note(town: Town, password: str, passes) -> None:
    town.ana.arrive(ASKED, password=password)
    passes(days=7)
    tess, theo = (sign_in(town, name, password) for name in ("tess", "theo"))
    page = told(tess.page("/caseload"))
    assert "A. left on 29 November 2026" in page
    assert TYPED["ana"] not in page
    assert "29 November" not in told(theo.page("/caseload"))
    again = [form.action for form in tess.page("/caseload").forms]
    assert f"/caseload/invitations/{town['invitation']}/withdrawal" not in again  # 72 h are over


def test_erasing_at_once_is_asked_twice(town: Town, password: str) -> None:
    assert NOW in town.ana.page(ASKED).links
    refused = (
        {"confirmation": "", "password": password},
        {"confirmation": "yes", "password": password},
        {"confirmation": "erase", "password": "not hers"},
    )
    for typed in refused:
        assert town.ana.submit(NOW, **typed).status_code == 422
    assert town.ana.is_signed_in()


def test_erased_at_once_nothing_of_hers_is_there(town: Town, password: str) -> None:
    second = sign_in(town, "ana", password)
    answer = town.ana.submit(NOW, confirmation="Erase", password=password)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "It is erased" in town.ana.page("/sign-in").text
    for visitor in (town.ana, second):
        assert visitor.get("/today").status_code == 303
        assert visitor.post("/check-ins/new", mood=3).status_code == 401
    assert count(town, models.Account) == 3
    assert town.tess.get(f"/patients/{town['grant']}").status_code == 404
    assert f"left on {clock.now():%-d %B %Y}" in told(town.tess.page("/caseload"))


def test_a_second_press_and_a_second_browser_change_nothing(town: Town, password: str) -> None:
    twin = town.ana.copy()
    assert twin.token
    for visitor in (town.ana, twin):
        assert visitor.post(ASKED, password=password).status_code == 303
    typed = {"confirmation": "erase", "password": password}
    assert town.ana.post(NOW, **typed).status_code == 303
    assert twin.post(NOW, **typed).status_code == 401
    assert count(town, models.Tombstone) == 1


def test_a_press_that_waited_while_another_erased_is_told_the_same(
    town: Town, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from journal.core import accounts, erasing

    stepping_up = accounts.step_up

    def slower(db, site, keyring, **more):
        with town.database.session() as other:
            erasing.erase(other, keyring.account_id, now=clock.now())
            other.commit()
        return stepping_up(db, site, keyring, **more)

    monkeypatch.setattr(accounts, "step_up", slower)
    answer = town.ana.submit(NOW, confirmation="erase", password=password)
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_her_address_is_free_again(town: Town, password: str) -> None:
    town.ana.arrive(NOW, confirmation="erase", password=password)
    link = invite(town.tess, "once more")
    kit = town.ana.arrive(
        link, name="Ana", email=email("ana"), password=password, scopes=["journal"]
    )
    assert kit == "/account/recovery-kit"
    assert TYPED["private"] not in town.ana.page("/entries").text


def test_when_tess_leaves_ana_is_told_and_nobody_reads_through_her(
    town: Town, password: str, passes
) -> None:
    town.tess.arrive(ASKED, password=password)
    assert town.tess.get(f"/patients/{town['grant']}").status_code == 404
    assert town.stranger.get(town["link"]).status_code != 200
    assert "29 November 2026" in told(town.tess.page("/caseload"))
    ana = sign_in(town, "ana", password)
    today = told(ana.page("/today"))
    assert "Tess Hollowbrook has left the clinic" in today
    assert "Nobody can read through them any more" in today
    assert "has left the clinic" in told(ana.page("/sharing"))
    assert "has left the clinic" in told(ana.page(f"/sharing/{town['grant']}"))
    receipt = ana.page("/sharing/receipts")
    assert "Sharing stopped" in told(receipt)
    passes(days=7)
    assert count(town, models.Account) == 3
    ana = sign_in(town, "ana", password)
    assert TYPED["shared"] in ana.page(f"/entries/{town['shared']}").text
    assert "has left the clinic" in told(ana.page("/sharing"))


def test_when_tess_stays_after_all_she_needs_new_consents(town: Town, password: str) -> None:
    town.tess.arrive(ASKED, password=password)
    town.tess.arrive(ASKED, KEEPS)
    assert town.tess.get(f"/patients/{town['grant']}").status_code == 404
    link = invite(town.tess, "again")
    to = town.ana.arrive(link, password=password, scopes=["journal"], since="everything")
    assert to.startswith("/sharing/")
    assert TYPED["ana"] in told(town.tess.page("/caseload"))


def test_otto_ends_what_tess_holds_from_the_command_line(town: Town, password: str) -> None:
    run = town.app.test_cli_runner().invoke
    for nobody in ("nobody@example.org", email("ana")):
        result = run(args=["end-therapist", nobody])
        assert (result.exit_code, result.stdout) == (1, "")
    result = run(args=["end-therapist", email("tess")])
    assert result.exit_code == 0
    assert result.stdout.startswith("Ended: every session and invitation, and 1 consents.")
    assert not town.tess.is_signed_in()
    tess = sign_in(town, "tess", password)
    assert tess.get(f"/patients/{town['grant']}").status_code == 404
    assert "has left the clinic" in told(sign_in(town, "ana", password).page("/today"))
