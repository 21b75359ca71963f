"""GET and POST /recovery: back in with the kit."""

from uuid import uuid4

from journal import clock
from journal.core import records, throttle


def recover(browser, kit, password, email="ana@example.org"):
    return browser.post("/recovery", email=email, kit=kit, password=password)


def write(browser, store, text):
    with store() as db:
        record_id = uuid4()
        records.write(
            db,
            browser.keyring(db),
            record_id=record_id,
            kind="entry",
            scope="private",
            content={"body": text},
            occurred_at=clock.now(),
            now=clock.now(),
        )
        db.commit()
        return record_id


def test_after_a_lost_password_every_word_is_still_there(ana, new_browser, store, passwords):
    entry, kit = write(ana, store, "the lake was open"), ana.kit()
    phone = new_browser()
    answer = recover(phone, kit, passwords[1])
    assert (answer.status_code, answer.location) == (303, "/account/recovery-kit")
    with store() as db:
        opened = records.open_as_owner(db, phone.keyring(db), entry, kind="entry")
        assert opened.content["body"] == "the lake was open"


def test_the_new_password_opens_and_the_old_one_does_not(ana, new_browser, passwords):
    recover(new_browser(), ana.kit(), passwords[1])
    assert new_browser().sign_in(password=passwords[0]).status_code == 422
    assert new_browser().sign_in(password=passwords[1]).status_code == 303


def test_the_other_sessions_end(ana, new_browser, passwords):
    phone = new_browser()
    recover(phone, ana.kit(), passwords[1])
    assert phone.is_signed_in()
    assert not ana.is_signed_in()


def test_the_old_kit_opens_nothing_and_the_new_one_does(ana, new_browser, passwords):
    phone, old = new_browser(), ana.kit()
    recover(phone, old, passwords[1])
    new = phone.kit()
    assert new != old
    assert recover(new_browser(), old, passwords[0]).status_code == 422
    assert recover(new_browser(), new, passwords[0]).status_code == 303


def test_a_kit_copied_from_paper_may_look_different(ana, new_browser, passwords):
    typed = ana.kit().lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert recover(new_browser(), typed, passwords[1]).status_code == 303


def test_an_unknown_address_and_a_wrong_kit_look_the_same(
    ana, tess, new_browser, without, passwords
):
    browser, kit = new_browser(), tess.kit()
    wrong = recover(browser, kit, passwords[1])
    unknown = recover(browser, kit, passwords[1], email="eva@example.org")
    misspelt = recover(browser, "nine groups", passwords[1])
    assert wrong.status_code == unknown.status_code == misspelt.status_code == 422
    page = without(wrong, "ana@example.org", kit)
    assert page == without(unknown, "eva@example.org", kit)
    assert page == without(misspelt, "ana@example.org", "nine groups")


def test_a_weak_new_password_changes_nothing(ana, new_browser, passwords):
    kit = ana.kit()
    answer = recover(new_browser(), kit, "password1234")
    assert answer.status_code == 422
    assert kit in answer.text
    assert new_browser().sign_in().status_code == 303


def test_guessing_kits_is_throttled(ana, new_browser, passwords):
    browser = new_browser()
    for _ in range(throttle.PER_ADDRESS):
        recover(browser, "ABCD", passwords[1])
    assert recover(browser, ana.kit(), passwords[1]).status_code == 429


def test_guessing_kits_leaves_the_password_its_own_tries(ana, new_browser, passwords):
    browser = new_browser()
    for _ in range(throttle.PER_ADDRESS):
        recover(browser, "ABCD", passwords[1])
    assert browser.sign_in().status_code == 303
