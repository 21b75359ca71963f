"""Another site makes a browser send forms, names another host, or asks for other methods.

Red when `csrf.register`, `origins._check_origin` or `origins._check_host` is left out, when a
view is exempt, or when somebody mounts a debugger or a method override.
"""

import pytest

from tests.attack.test_wrong_person import LATER, OWNERS, addresses
from tests.people import NOBODYS
from tests.town import Town
from tests.visitors import Page, Visitor

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Origin": "http://evil.example:8000"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]
OURS = [
    {"Origin": "http://127.0.0.1:8000"},
    {"Origin": "http://localhost:8000"},
    {"Sec-Fetch-Site": "same-origin"},
    {},
]
DEBUG = (
    "/console",
    "/?__debugger__=yes&cmd=resource&f=debugger.js",
    "/_debug",
    "/.env",
    "/.git/config",
    "/static/app.css",
    "/static/..%2f..%2finstance",
    "/assets/x/..%2f..%2fsite.key",
    "/assets/x/../../wsgi.py",
    "/admin",
    "/server-status",
    "/metrics",
)


def posts(town: Town) -> list[tuple[str, Visitor]]:
    """Return every address that takes a post, each with somebody whom it would answer."""
    town.made |= dict.fromkeys(LATER, NOBODYS)
    private = [
        (path, town.people[OWNERS[who][0]])
        for method, path, who in addresses(town)
        if method == "POST"
    ]
    public = ["/sign-in", "/sign-out", "/recovery", town["link"]]
    return [*private, *((path, town.stranger) for path in public)]


def send(visitor: Visitor, path: str, token: str | None, **headers: str):
    fields = {"body": "planted", **({} if token is None else {"csrf_token": token})}
    return visitor.client.post(path, data=fields, headers=headers)


def test_no_post_is_taken_without_the_browsers_own_token(town: Town) -> None:
    another = town.stranger.token
    for path, visitor in posts(town):
        assert visitor.token != another
        for token in (None, "", "x", another):
            answer = send(visitor, path, token)
            assert answer.status_code == 400, (path, token)
            assert "planted" not in answer.text


def test_a_token_in_the_address_is_no_token(town: Town) -> None:
    for path, visitor in posts(town):
        assert send(visitor, f"{path}?csrf_token={visitor.token}", None).status_code == 400, path


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_post_is_taken_from_another_site_even_with_the_token(
    town: Town, headers: dict[str, str]
) -> None:
    for path, visitor in posts(town):
        assert send(visitor, path, visitor.token, **headers).status_code == 400, path
    assert town.ana.is_signed_in()


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_our_own_forms_are_taken_at_both_names_of_this_machine(
    town: Town, headers: dict[str, str]
) -> None:
    browser = town.stranger
    answer = send(browser, "/sign-out", browser.token, **headers)
    assert answer.status_code == 303


def test_the_other_name_of_this_machine_has_a_browser_cookie_of_its_own(town: Town) -> None:
    client, there = town.app.test_client(), "http://localhost:8000"
    token = dict(Page(client.get("/sign-in", base_url=there).text).forms[0].fields)["csrf_token"]
    answers = [
        client.post("/sign-out", base_url=at, data={"csrf_token": token}, headers={"Origin": there})
        for at in (there, "http://127.0.0.1:8000")
    ]
    assert [answer.status_code for answer in answers] == [303, 400]


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_a_body_of_another_kind_is_no_way_around_the_token(town: Town, kind: str) -> None:
    body = b'{"csrf_token": "x", "body": "planted"}'
    for path, visitor in posts(town):
        answer = visitor.client.post(path, data=body, content_type=kind)
        assert answer.status_code == 400, path


def test_a_foreign_host_gets_no_page_no_link_and_no_redirect(town: Town) -> None:
    for path in ("/", "/sign-in", "/today", "/healthz", town["link"]):
        for host in ("evil.example", "evil.example:8000", "127.0.0.1:8000@evil.example", "[::1"):
            answer = town.ana.get(path, headers={"Host": host})
            assert answer.status_code == 400, (path, host)
            assert b"evil" not in answer.data


def test_a_forwarded_host_changes_no_link(town: Town) -> None:
    forwarded = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/caseload",
        "X-Rewrite-URL": "/caseload",
    }
    for visitor, path in (
        (town.tess, f"/caseload/invitations/{town['invitation']}"),
        (town.stranger, "/today"),
        (town.stranger, "/"),
        (town.ana, "/entries"),
    ):
        answer = visitor.get(path, headers=forwarded)
        assert answer.status_code in (200, 303)
        assert "evil" not in answer.text + (answer.location or "")


def test_no_method_is_overridden_and_no_get_writes(town: Town) -> None:
    path = f"/entries/{town['private']}"
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-HTTP-Method": "DELETE"}):
        for method in ("GET", "HEAD"):
            for address in (f"{path}/deletion", "/sign-out", f"{path}/deletion?_method=POST"):
                answer = town.ana.client.open(address, method=method, headers=headers)
                assert answer.status_code == 405, address
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "HERON"):
        answer = town.ana.client.open(path, method=method)
        # Without a token the unsafe ones do not even reach the router's answer.
        assert answer.status_code in (400, 405), method
        assert "private" not in answer.text
    assert town.ana.get(path).status_code == 200


def test_head_and_options_tell_no_more_than_get(town: Town) -> None:
    path = f"/entries/{town['private']}"
    assert town.ana.client.head(path).data == b""
    assert town.otto.client.head(path).status_code == 404
    assert town.stranger.client.head(path).status_code == 303
    assert town.otto.client.options(path).status_code in (200, 404)
    assert town.ana.client.options(path).data == b""


def test_there_is_no_debugger_and_no_file_to_be_had(town: Town) -> None:
    for path in DEBUG:
        for visitor in (town.stranger, town.ana):
            answer = visitor.get(path)
            assert answer.status_code in (303, 404), path
            assert "secret" not in answer.text.lower(), path
    assert not town.app.debug
