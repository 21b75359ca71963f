"""Ana's phone over HTTP: enrolled while she is signed in, heard while not, opened when she is.

Red when journal/features/sync/item_routes.py: the secret is not asked, or the answer tells more;
when journal/features/accounts/arriving.py: nothing is opened on arrival.
"""

from __future__ import annotations

import base64
import json

import pytest

from journal.core import inbox
from journal.features.sync import sent
from tests.people import PASSWORD
from tests.phones import Phone
from tests.town import Town, email
from tests.visitors import read

# One for every run: parametrised tests must have the same names in each worker.
AN_ID = "7c0d8a52-3f7e-4f0c-9c52-0f4f6b2f9d11"
WORDS = "the otter came back at noon"


@pytest.fixture
def phone(town: Town) -> Phone:
    answer = town.ana.post("/account/phone")
    assert answer.status_code == 200
    return Phone.of_answer(answer.json)


def send(town: Town, phone: Phone, item, **headers: str):
    """As the phone does it: no cookie, no form."""
    return town.stranger.client.post(
        "/sync/items", json=item.post(), headers={**phone.headers, **headers}
    )


def arrive(town: Town, name: str = "ana"):
    browser = town.stranger
    answer = browser.post("/sign-in", email=email(name), password=PASSWORD)
    assert answer.status_code == 303, read(answer).text
    return browser, read(browser.get("/today")).text


def test_it_is_there_once_after_the_next_sign_in(town: Town, phone: Phone) -> None:
    there = "2026-11-21T22:15:00+01:00"
    fields = {"title": "Otters", "body": WORDS, "tags": "river, noon"}
    item = phone.write(fields=fields, occurred_at=there, written_at=there)
    first = send(town, phone, item)
    assert (first.status_code, first.json) == (201, {"state": "kept"})
    assert "Set-Cookie" not in first.headers
    assert send(town, phone, item).status_code == 200
    assert WORDS not in town.ana.get("/entries").text
    ana, today = arrive(town)
    assert "1 thing that you wrote on a phone is in your journal now." in today
    assert ana.get("/entries").text.count(f'href="/entries/{item.id}"') == 1
    page = ana.page(f"/entries/{item.id}")
    assert WORDS in page.text
    assert "21:15" in page.text, "the town's clocks show UTC"
    assert "written signed out on A browser, yesterday, 21:15" in " ".join(page.text.split())
    assert send(town, phone, item).status_code == 201, "a lost answer: it comes once more"
    again, _ = arrive(town)
    assert again.get("/entries").text.count(f'href="/entries/{item.id}"') == 1


def test_a_check_in_takes_the_same_way(town: Town, phone: Phone) -> None:
    fields = {"mood": "7", "anxiety": "", "sleep_hours": "6.5", "note": WORDS}
    item = phone.write(kind="check-in", fields=fields)
    send(town, phone, item)
    ana, _ = arrive(town)
    assert WORDS in ana.get("/check-ins").text
    edit = f"/check-ins/{item.id}/edit"
    shown = dict(ana.page(edit).form(edit).fields)
    assert (shown["mood"], shown["anxiety"], shown["sleep_hours"]) == ("7", "", "6.5")


def test_what_comes_while_she_is_signed_in_waits_on_today(town: Town, phone: Phone) -> None:
    send(town, phone, phone.write(WORDS))
    assert "waits here, sealed" in town.ana.page("/today").text
    assert town.ana.post("/account/phone/opening").status_code == 303
    assert "waits here, sealed" not in town.ana.page("/today").text
    assert WORDS in town.ana.get("/entries").text


def test_what_can_not_be_kept_is_told_with_its_words(town: Town, phone: Phone) -> None:
    item = phone.write(kind="check-in", fields={"mood": "11", "note": WORDS})
    send(town, phone, item)
    ana, today = arrive(town)
    assert "could not be read" in today
    page = ana.page("/account/phone")
    assert WORDS in page.text
    assert ana.post(f"/account/phone/items/{item.id}/disposal").status_code == 303
    assert WORDS not in ana.page("/account/phone").text


@pytest.mark.parametrize(
    "secret", ["", "Phone", "Phone ", "Phone x", f"Phone {'A' * 43}", "Bearer x"]
)
def test_a_wrong_secret_is_no_phone(town: Town, phone: Phone, secret: str) -> None:
    answer = send(town, phone, phone.write(), Authorization=secret)
    assert (answer.status_code, answer.json) == (401, {"state": "unknown phone"})


def test_a_session_is_no_secret(town: Town, phone: Phone) -> None:
    answer = town.ana.client.post("/sync/items", json=phone.write().post())
    assert answer.status_code == 401


def test_another_sites_page_sends_nothing(town: Town, phone: Phone) -> None:
    answer = send(town, phone, phone.write(), Origin="https://elsewhere.example")
    assert answer.status_code == 400
    assert send(town, phone, phone.write(), Origin="http://127.0.0.1:8000").status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        json.dumps({"id": AN_ID, "sealed": 7, "mark": ""}).encode(),
        json.dumps({"id": "x", "sealed": "", "mark": ""}).encode(),
        json.dumps({"id": AN_ID, "sealed": "é", "mark": "A" * 44}).encode(),
        json.dumps({"id": AN_ID, "sealed": "AAAA", "mark": "AAAA"}).encode(),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(town: Town, phone: Phone, body: bytes) -> None:
    client = town.stranger.client
    answer = client.post("/sync/items", data=body, headers=phone.headers)
    assert answer.status_code == 400
    assert "waits here" not in town.ana.page("/today").text


def test_a_huge_item_is_refused(town: Town, phone: Phone) -> None:
    item = phone.write()
    item.sealed = bytes(inbox.LARGEST + 1)
    assert send(town, phone, item).status_code == 413
    beyond = town.stranger.client.post(
        "/sync/items", data=bytes(sent.LARGEST_POST + 1), headers=phone.headers
    )
    assert beyond.status_code == 413


def test_the_longest_entry_in_any_script_comes_through(town: Town, phone: Phone) -> None:
    item = phone.write("語" * 200_000)
    assert len(base64.b64decode(item.post()["sealed"])) <= inbox.LARGEST
    assert send(town, phone, item).status_code == 201
    ana, _ = arrive(town)
    assert ana.get(f"/entries/{item.id}").status_code == 200


def test_other_bytes_under_an_id_are_refused(town: Town, phone: Phone) -> None:
    item = phone.write("one")
    send(town, phone, item)
    assert send(town, phone, phone.write("two", item_id=item.id)).status_code == 409


def test_a_full_inbox_says_so(town: Town, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST_ITEMS", 1)
    send(town, phone, phone.write())
    answer = send(town, phone, phone.write())
    assert answer.status_code == 507
    assert int(answer.headers["Retry-After"]) > 0


def test_a_removed_phone_is_none_any_more(town: Town, phone: Phone) -> None:
    send(town, phone, phone.write(WORDS))
    removal = f"/account/phone/{phone.id}/removal"
    assert town.ana.get(removal).status_code == 200
    assert town.ana.post(removal).status_code == 303
    assert WORDS in town.ana.get("/entries").text
    assert send(town, phone, phone.write()).status_code == 401
    assert town.ana.post(removal).status_code == 404


def test_nobody_enrols_a_phone_without_the_forms_token(town: Town) -> None:
    assert town.ana.client.post("/account/phone").status_code == 400
    assert town.tess.post("/account/phone").status_code == 404
    assert town.stranger.post("/account/phone").status_code == 401


def test_tess_learns_nothing_of_the_phone(town: Town, phone: Phone) -> None:
    item = phone.write(kind="check-in", fields={"mood": "4", "note": WORDS})
    send(town, phone, item)
    arrive(town)
    page = town.tess.get(f"/patients/{town['grant']}/records/{item.id}")
    assert WORDS in page.text
    assert str(phone.id) not in page.text
    assert "written signed out" not in page.text
