"""GET and POST /account/recovery-kit, and its renewal."""


def test_it_stays_for_ten_minutes_and_no_longer(ana, later):
    kit = ana.kit()
    later(minutes=9, seconds=59)
    assert ana.kit() == kit
    later(seconds=2)
    page = ana.get("/account/recovery-kit").text
    assert 'class="kit"' not in page
    assert 'action="/account/recovery-kit/renewal"' in page


def test_typed_back_it_is_shown_no_more(ana):
    kit = ana.kit()
    answer = ana.post("/account/recovery-kit", kit=kit.lower().replace("-", " "))
    assert (answer.status_code, answer.location) == (303, "/")
    assert kit[:9] not in ana.get("/account/recovery-kit").text
    again = ana.post("/account/recovery-kit", kit=kit)
    assert (again.status_code, again.location) == (303, "/account/recovery-kit")


def test_typed_back_wrongly_it_stays_and_what_was_typed_too(ana):
    kit = ana.kit()
    wrong = kit[:-4] + ("0000" if kit[-4:] != "0000" else "1111")
    answer = ana.post("/account/recovery-kit", kit=wrong)
    assert answer.status_code == 422
    assert wrong in answer.text
    assert ana.kit() == kit


def test_it_blocks_no_other_page(ana):
    assert ana.get("/account").status_code == 200


def test_a_new_kit_needs_the_password(ana, passwords):
    kit = ana.kit()
    assert ana.post("/account/recovery-kit/renewal", password="not mine at all").status_code == 422
    assert ana.kit() == kit
    answer = ana.post("/account/recovery-kit/renewal", password=passwords[0])
    assert (answer.status_code, answer.location) == (303, "/account/recovery-kit")
    assert ana.kit() != kit


def test_a_therapist_has_one_too(tess):
    assert tess.post("/account/recovery-kit", kit=tess.kit()).status_code == 303


def test_a_kit_nobody_typed_back_is_kept_nowhere_after_the_next_sign_in(ana, store, later):
    from journal.core.state import read_state

    later(minutes=11)
    with store() as db:
        assert "kit" in read_state(db, ana.keyring(db))
    ana.sign_in()
    with store() as db:
        assert "kit" not in read_state(db, ana.keyring(db))
