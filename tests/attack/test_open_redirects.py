"""Somebody hands Ana a link to our own sign-in page that leads elsewhere afterwards.

Red when `arriving.destination` or `paths.safe_path` accepts more than a path on this site.
"""

import pytest

from tests.people import PASSWORD
from tests.town import Town, email
from tests.visitors import read

ELSEWHERE = [
    "https://evil.example",
    "HTTPS://evil.example/",
    "http:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2e%2e",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\u00a0//evil.example",
    "/\x0b/evil.example",
    "/\x85/evil.example",
    "javascript:pwn()",
    "data:text/html,pwn",
    "@evil.example",
    "evil.example",
    ".evil.example",
    "127.0.0.1:8000@evil.example",
    "//127.0.0.1:8000@evil.example",
    "http://127.0.0.1:8000.evil.example",
    "//[::1",
    "/\u2028/evil.example",
    "//\u3002evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "",
]


def stays(location: str) -> bool:
    """Tell whether a browser that follows this stays here; it drops tabs and turns slashes."""
    letters = "".join(letter for letter in location if letter not in "\t\r\n")
    cleaned = letters.lstrip("".join(map(chr, range(33)))).replace("\\", "/")
    return cleaned.startswith("/") and not cleaned.startswith("//")


def test_the_measure_itself_knows_what_leads_away() -> None:
    assert not any(map(stays, ELSEWHERE[:13]))
    assert stays("/entries?q=a#b")


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=ascii)
def test_signing_in_leads_nowhere_else(town: Town, wanted: str) -> None:
    browser = town.stranger
    form = read(browser.get("/sign-in", query_string={"next": wanted})).form("/sign-in")
    assert stays(dict(form.fields)["next"])
    # The hidden field can be changed as well.
    answer = browser.post("/sign-in", email=email("ana"), password=PASSWORD, next=wanted)
    assert answer.status_code == 303
    assert answer.location.startswith("/")
    assert stays(answer.location)


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=ascii)
def test_who_is_signed_in_already_is_led_nowhere_else_either(town: Town, wanted: str) -> None:
    answer = town.ana.get("/sign-in", query_string={"next": wanted})
    assert answer.status_code == 303
    assert stays(answer.location)


def test_an_address_of_our_own_is_kept_whole(town: Town) -> None:
    wanted = "/entries?q=a+b&tag=%C3%A9"
    browser = town.stranger
    led = browser.get(wanted)
    form = read(browser.get(led.location)).form("/sign-in")
    assert dict(form.fields)["next"] == wanted
    signed_in = browser.submit(led.location, "/sign-in", email=email("ana"), password=PASSWORD)
    assert signed_in.location == wanted


def test_no_page_redirects_to_what_its_path_says(town: Town) -> None:
    for path in (
        "//evil.example",
        "//evil.example/today",
        "/%2f%2fevil.example",
        "/\\evil.example",
    ):
        for visitor in (town.stranger, town.ana):
            answer = visitor.get(path)
            assert answer.status_code in (303, 404, 400)
            assert stays(answer.location or "/"), path
