"""Somebody asks the sign-in pages who is here: the words, the headers and the work are the same.

Red when `accounts.unlock` returns before its Argon2id for an unknown address, when
`routes.WRONG_PASSWORD` or WRONG_KIT is told apart, or when `guarded` tries before it counts.
"""

from collections import Counter

import pytest

from journal.crypto import keyslot
from tests.people import PASSWORD
from tests.town import TYPED, Town, email
from tests.visitors import Visitor, read

KNOWN, UNKNOWN = email("ana"), "nobodyhere@example.org"
KIT = keyslot.render_kit(bytes(range(20)))
# The stand-in for an unknown slot takes one HKDF more: microseconds, which Argon2id drowns.
WORK = ("argon2id", "open_")
WRONG = "seven loud geese at noon"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the steps of the crypto that take time: counting is surer than a clock."""
    counted: Counter[str] = Counter()

    def wrap(name: str) -> None:
        made = getattr(keyslot, name)

        def step(*given: object, **named: object) -> object:
            counted[name] += 1
            return made(*given, **named)

        monkeypatch.setattr(keyslot, name, step)

    for name in WORK:
        wrap(name)
    return counted


def guess(visitor: Visitor, path: str, address: str, **more: str):
    return visitor.post(path, email=address, **{"password": WRONG, **more})


def bare(answer, address: str) -> tuple[int, str, list[tuple[str, str]]]:
    headers = [pair for pair in answer.headers if pair[0] not in ("Date", "Content-Length")]
    return answer.status_code, answer.text.replace(address, ""), sorted(headers)


@pytest.mark.parametrize(("path", "more"), [("/sign-in", {}), ("/recovery", {"kit": KIT})])
@pytest.mark.parametrize("known", [email("ana"), email("tess"), KNOWN.upper(), f" {KNOWN} "])
def test_a_known_address_answers_as_an_unknown_one(
    town: Town, path: str, more: dict[str, str], known: str
) -> None:
    browser = town.stranger
    answers = [
        bare(guess(browser, path, address, **more), address.strip()) for address in (known, UNKNOWN)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 422


@pytest.mark.parametrize(("path", "more"), [("/sign-in", {}), ("/recovery", {"kit": KIT})])
def test_a_known_address_costs_the_work_of_an_unknown_one(
    town: Town, work: Counter[str], path: str, more: dict[str, str]
) -> None:
    browser, counts = town.stranger, []
    assert browser.token
    for address in (KNOWN, UNKNOWN, email("tess"), "another@example.org"):
        work.clear()
        guess(browser, path, address, **more)
        counts.append(dict(work))
    assert counts[1:] == counts[:1] * 3
    assert counts[0] == ({"argon2id": 1, "open_": 1} if path == "/sign-in" else {"open_": 1})


@pytest.mark.parametrize("address", [KNOWN, UNKNOWN])
@pytest.mark.parametrize(("path", "more"), [("/sign-in", {}), ("/recovery", {"kit": KIT})])
def test_ten_guesses_are_throttled_at_once_with_the_form_kept(
    town: Town, work: Counter[str], path: str, more: dict[str, str], address: str
) -> None:
    browser = town.stranger
    spellings = [address, address.upper(), f" {address}", address.title(), address] * 2
    for at, spelling in enumerate(spellings):
        forwarded = {"X-Forwarded-For": f"192.0.2.{at}", "X-Real-IP": f"198.51.100.{at}"}
        fields = {"csrf_token": browser.token, "email": spelling, "password": WRONG, **more}
        answer = browser.client.post(path, data=fields, headers=forwarded)
        assert answer.status_code == 422, at
    work.clear()
    answer = guess(browser, path, address, **more)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert work["argon2id"] == 0
    assert address in read(answer).values
    assert all(kit in read(answer).values for kit in more.values())
    assert WRONG not in answer.text


def test_the_right_password_is_throttled_too_and_then_lets_in(town: Town, clock) -> None:
    browser = town.stranger
    for _ in range(10):
        guess(browser, "/sign-in", KNOWN)
    assert guess(browser, "/sign-in", KNOWN, password=PASSWORD).status_code == 429
    clock.shift(15 * 60 + 1)
    assert guess(browser, "/sign-in", KNOWN, password=PASSWORD).status_code == 303


def test_a_link_does_not_answer_for_ever_who_has_an_account(town: Town) -> None:
    browser, tried = town.stranger, []
    for at in range(11):
        known = (KNOWN, email("tess"))[at % 2]
        answer = browser.post(
            town["link"], name="Nobody", email=known, password=PASSWORD, since="now"
        )
        tried.append(answer.status_code)
    assert tried == [422] * 10 + [429]


def test_a_wrong_link_tells_nothing_of_a_right_one(town: Town) -> None:
    browser = town.stranger
    shown = {browser.get(f"/invitations/{token}").data for token in ("x", "A" * 22, "%F0%9F%AB%A7")}
    assert len(shown) == 1
    town.tess.arrive("/caseload", f"/caseload/invitations/{town['invitation']}/withdrawal")
    shown.add(browser.get(town["link"]).data)
    assert len(shown) == 1
    assert TYPED["tess"] not in browser.get(town["link"]).text
