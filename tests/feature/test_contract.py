"""What programs outside rely on: each row of the Pages table of the contract."""

from __future__ import annotations

import json
import re
from collections import Counter
from uuid import uuid4

import pytest

from journal.web.audience import audience_of
from tests.people import PASSWORD
from tests.town import TYPED, Town, email, invite, only, write
from tests.visitors import Visitor, read

ID = re.compile(r"[A-Za-z0-9_-]{16,}")
ENTRY_FIELDS = {"title", "body", "tags", "occurred_at", "audience", "csrf_token"}
CHECK_IN_FIELDS = {
    *("mood", "anxiety", "energy", "connection", "sleep_hours", "tags", "note"),
    *("occurred_at", "csrf_token"),
}
# who asks, path, what it answers
GETS = (
    ("stranger", "/healthz", 200),
    ("stranger", "/sign-in", 200),
    ("stranger", "/recovery", 200),
    ("stranger", "/help-now", 200),
    ("stranger", "{link}", 200),
    ("stranger", "/", 303),
    ("ana", "/", 303),
    ("tess", "/", 303),
    *(("ana", path, 200) for path in ("/today", "/check-ins", "/check-ins/new", "/trends")),
    *(("ana", path, 200) for path in ("/entries", "/entries/new", "/sharing", "/sharing/log")),
    ("ana", "/entries?q=a&tag=b&from=2026-01-01&to=2026-12-31", 200),
    ("ana", "/check-ins/{check_in}/edit", 200),
    ("ana", "/entries/{private}", 200),
    ("ana", "/entries/{private}/edit", 200),
    ("ana", "/sharing/{grant}", 200),
    ("ana", "/sharing/{grant}/revocation", 200),
    ("ana", "/sharing/receipts/{receipt}.json", 200),
    ("ana", "/account", 200),
    ("ana", "/account/recovery-kit", 200),
    ("ana", "{link}", 200),
    ("tess", "/caseload", 200),
    ("tess", "/caseload/invitations/new", 200),
    ("tess", "/patients/{grant}", 200),
    ("tess", "/patients/{grant}/records/{shared}", 200),
    ("tess", "/patients/{grant}/check-ins", 200),
    ("tess", "/account", 200),
    ("tess", "/account/recovery-kit", 200),
)
# who sees it, the page, where its form goes, the fields that stand in it at least
FORMS = (
    ("stranger", "/sign-in", "/sign-in", {"email", "password", "next", "csrf_token"}),
    ("stranger", "/recovery", "/recovery", {"email", "kit", "password", "csrf_token"}),
    (
        "stranger",
        "{link}",
        "{link}",
        {"name", "email", "password", "scopes", "since", "csrf_token"},
    ),
    ("ana", "{link}", "{link}", {"scopes", "since", "password", "csrf_token"}),
    ("ana", "/account/recovery-kit", "/account/recovery-kit", {"kit", "csrf_token"}),
    ("ana", "/today", "/check-ins/new", CHECK_IN_FIELDS | {"client_id"}),
    ("ana", "/check-ins/new", "/check-ins/new", CHECK_IN_FIELDS | {"client_id"}),
    ("ana", "/check-ins/{check_in}/edit", "/check-ins/{check_in}/edit", CHECK_IN_FIELDS),
    ("ana", "/entries/new", "/entries/new", ENTRY_FIELDS | {"client_id"}),
    ("ana", "/entries/{private}/edit", "/entries/{private}/edit", ENTRY_FIELDS | {"version"}),
    ("ana", "/entries/{private}", "/entries/{private}/deletion", {"csrf_token"}),
    ("ana", "/entries/{private}", "/entries/{private}/shares", {"grant", "csrf_token"}),
    ("ana", "/entries/{shared}", "/entries/{shared}/shares/{grant}/revocation", {"csrf_token"}),
    ("ana", "/sharing/{grant}", "/sharing/{grant}", {"scopes", "since", "not_after", "password"}),
    ("ana", "/sharing/{grant}/revocation", "/sharing/{grant}/revocation", {"csrf_token"}),
    ("ana", "/account", "/sign-out", {"csrf_token"}),
    ("tess", "/caseload/invitations/new", "/caseload/invitations/new", {"label", "csrf_token"}),
    ("tess", "/caseload", "/caseload/invitations/{invitation}/withdrawal", {"csrf_token"}),
    ("tess", "/account", "/sign-out", {"csrf_token"}),
)


def who(town: Town, name: str) -> Visitor:
    return town.stranger if name == "stranger" else town.people[name]


def fill(path: str, town: Town) -> str:
    return path.format(**town.made)


def hrefs(page: str) -> Counter[str]:
    return Counter(re.findall(r'href="/entries/([-\w]{16,})"', page))


@pytest.mark.parametrize(("name", "path", "status"), GETS)
def test_every_address_answers(town: Town, name: str, path: str, status: int) -> None:
    answer = who(town, name).get(fill(path, town))
    assert answer.status_code == status


@pytest.mark.parametrize(("name", "path", "action", "names"), FORMS)
def test_every_form_stands_on_its_page_with_its_fields(
    town: Town, name: str, path: str, action: str, names: set[str]
) -> None:
    form = who(town, name).page(fill(path, town)).form(fill(action, town))
    assert names <= form.names


def test_every_route_says_whom_it_answers(town: Town) -> None:
    for rule in town.app.url_map.iter_rules():
        assert audience_of(town.app, rule.endpoint) is not None, rule


def test_home_leads_to_the_roles_own_page(town: Town) -> None:
    led = [who(town, name).get("/").location for name in ("stranger", "ana", "tess")]
    assert led == ["/sign-in", "/today", "/caseload"]


def test_healthz_is_json_and_says_ok(town: Town) -> None:
    assert town.stranger.get("/healthz").json == {"status": "ok"}


def test_ids_are_random_and_long(town: Town) -> None:
    assert all(ID.fullmatch(value) for name, value in town.made.items() if name != "link")
    assert ID.fullmatch(town["link"].removeprefix("/invitations/"))


def test_signed_out_a_get_leads_to_sign_in_and_back(town: Town) -> None:
    answer = town.stranger.get(f"/entries/{town['private']}")
    assert (answer.status_code, answer.location) == (
        303,
        f"/sign-in?next=/entries/{town['private']}",
    )
    browser = town.stranger
    signed_in = browser.post(
        "/sign-in", email=email("ana"), password=PASSWORD, next=f"/entries/{town['private']}"
    )
    assert (signed_in.status_code, signed_in.location) == (303, f"/entries/{town['private']}")


def test_sign_out_answers_303_and_ends_the_session(town: Town) -> None:
    assert town.ana.post("/sign-out").status_code == 303
    assert town.ana.get("/today").status_code == 303
    assert town.ana.post("/sign-out").status_code == 303


def test_a_sign_up_without_scopes_shares_nothing_and_ends_at_the_kit(town: Town) -> None:
    link, nora = invite(town.tess, "N."), town.stranger
    fields = {"name": "Nora", "email": "nora@example.org", "password": PASSWORD, "since": "now"}
    first = nora.post(link, **fields)
    assert (first.status_code, first.location) == (303, "/account/recovery-kit")
    assert nora.get("/today").status_code == 200
    again = town.stranger
    answer = again.post(link, **fields)
    assert (answer.status_code, answer.location) == (303, "/account/recovery-kit")
    assert again.is_signed_in()
    wrong = town.stranger
    assert wrong.post(link, **{**fields, "password": "seven loud geese"}).status_code >= 400
    assert not wrong.is_signed_in()


def test_a_further_therapist_is_a_new_grant(town: Town) -> None:
    link = invite(town.theo, "A.")
    answer = town.ana.post(link, scopes=["journal"], since="now", password=PASSWORD)
    assert answer.status_code == 303
    assert re.fullmatch(r"/sharing/[-\w]{16,}", answer.location)
    assert town["grant"] not in answer.location
    assert town.ana.get(answer.location).status_code == 200


def test_the_kit_lets_in_and_everything_is_still_there(town: Town) -> None:
    kit = "-".join(re.findall(r"<span>(\w{4})</span>", town.ana.get("/account/recovery-kit").text))
    browser = town.stranger
    answer = browser.post(
        "/recovery", email=email("ana"), kit=kit, password="a lantern under seven willows"
    )
    assert answer.status_code == 303
    assert TYPED["private"] in browser.get(f"/entries/{town['private']}").text


@pytest.mark.parametrize("letters", [1, 199, 200])
def test_an_entry_of_up_to_200_letters_is_shown_whole_and_linked_once(
    town: Town, letters: int
) -> None:
    body = ("herons over the still pond " * 9)[:letters].rstrip().ljust(letters, "x")
    entry = write(town.ana, body)
    for path in ("/entries", "/entries?q=herons" if letters > 6 else "/entries"):
        answer = town.ana.get(path)
        assert body in read(answer).text
        assert hrefs(answer.text)[entry] == 1


def test_the_list_links_each_entry_once_and_a_search_no_other(town: Town) -> None:
    everything = hrefs(town.ana.get("/entries").text)
    assert everything == Counter(town[name] for name in ("private", "journal", "shared"))
    found = hrefs(town.ana.get("/entries?q=juniperpath").text)
    assert found == Counter([town["journal"]])
    assert hrefs(town.ana.get(f"/entries?tag={TYPED['tag']}").text) == Counter([town["private"]])
    assert hrefs(town.ana.get("/entries?q=nowhere-to-be-found").text) == Counter()


def test_the_list_goes_on_where_it_ended(town: Town) -> None:
    written = {write(town.ana, f"one of many, number {at}") for at in range(24)}
    seen: Counter[str] = Counter()
    path = "/entries?q=many"
    while path:
        page = town.ana.page(path)
        seen += hrefs(town.ana.get(path).text)
        older = [link for link in page.links if "before=" in link]
        path = older[0] if older else ""
    assert seen == Counter(written)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/entries/new", {"body": "sent twice"}),
        ("/check-ins/new", {"mood": 6, "note": "sent twice"}),
    ],
)
def test_a_post_repeated_with_its_client_id_answers_as_the_first(
    town: Town, path: str, typed: dict[str, object]
) -> None:
    sent = {"client_id": str(uuid4()), **typed}
    answers = [town.ana.post(path, **sent) for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, answers[0].location)
    }
    listed = town.ana.get(path.removesuffix("/new")).text
    assert len(re.findall(r"sent twice", listed)) == 1
    if path.startswith("/entries"):
        assert answers[0].location == f"/entries/{sent['client_id']}"


def test_an_edit_of_an_older_version_answers_409_with_both_texts(town: Town) -> None:
    entry = f"/entries/{town['private']}"
    form = town.ana.page(f"{entry}/edit").form(f"{entry}/edit")
    first, second = (form.filled(body=f"changed by device {at}") for at in "AB")
    assert town.ana.client.post(f"{entry}/edit", data=first).status_code == 303
    answer = town.ana.client.post(f"{entry}/edit", data=second)
    assert answer.status_code == 409
    assert "changed by device A" in read(answer).text
    assert "changed by device B" in read(answer).values
    resolved = read(answer).form(f"{entry}/edit").filled()
    assert town.ana.client.post(f"{entry}/edit", data=resolved).status_code == 303
    assert "changed by device B" in town.ana.get(entry).text


def test_an_entry_is_private_unless_it_says_otherwise(town: Town) -> None:
    answer = town.ana.post("/entries/new", body="said to nobody")
    record = answer.location.removeprefix("/entries/")
    assert town.tess.get(f"/patients/{town['grant']}/records/{record}").status_code == 404
    journal = write(town.ana, "said to Tess", audience="journal")
    assert town.tess.get(f"/patients/{town['grant']}/records/{journal}").status_code == 200


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/entries/new", {"body": "", "title": "kept title", "tags": "kept tag"}),
        ("/entries/new", {"body": "kept body", "occurred_at": "2999-01-01T00:00"}),
        ("/check-ins/new", {"note": "kept note", "sleep_hours": "99"}),
        ("/check-ins/new", {"mood": "11", "note": "kept note"}),
        ("{link}", {"name": "kept name", "email": "kept@example.org", "password": "short"}),
        ("/sign-in", {"email": "kept@example.org", "password": ""}),
        ("/recovery", {"email": "kept@example.org", "kit": "kept kit", "password": ""}),
        ("/caseload/invitations/new", {"label": "kept " * 40}),
    ],
)
def test_a_refused_form_answers_422_with_what_was_typed(
    town: Town, path: str, typed: dict[str, str]
) -> None:
    name = "ana" if path.startswith(("/entries", "/check")) else "stranger"
    visitor = town.tess if path.startswith("/caseload") else who(town, name)
    answer = visitor.post(fill(path, town), **typed)
    assert answer.status_code == 422
    values = [value.strip() for value in read(answer).values]
    for field, text in typed.items():
        if field != "password":
            assert text.strip() in values
    assert 'role="alert"' in answer.text


def test_deleting_and_withdrawing_twice_is_doing_it_once(town: Town) -> None:
    for visitor, path in (
        (town.ana, f"/entries/{town['journal']}/deletion"),
        (town.ana, f"/entries/{town['shared']}/shares/{town['grant']}/revocation"),
        (town.tess, f"/caseload/invitations/{town['invitation']}/withdrawal"),
        (town.ana, f"/sharing/{town['grant']}/revocation"),
    ):
        assert [visitor.post(path).status_code for _ in range(2)] == [303, 303], path
    assert town.ana.get(f"/entries/{town['journal']}").status_code == 404


def test_narrowing_needs_no_password_and_widening_does(town: Town) -> None:
    path = f"/sharing/{town['grant']}"
    assert town.ana.post(path, scopes=["journal"], since="now").status_code == 303
    assert town.ana.post(path, scopes=["journal", "care"], since="now").status_code == 422
    wider = {"scopes": ["journal", "care"], "since": "now", "password": PASSWORD}
    assert town.ana.post(path, **wider).status_code == 303
    ticked = [v for k, v in town.ana.page(path).form(path).fields if k == "scopes"]
    assert set(ticked) == {"journal", "care"}


def test_the_scopes_have_their_names(town: Town) -> None:
    page = town.ana.page(f"/sharing/{town['grant']}")
    offered = [found["value"] for tag, found in page.tags if found.get("name") == "scopes"]
    assert set(offered) == {
        *("check-ins", "measures", "journal", "medications", "safety-plan", "care")
    }


def test_a_receipt_is_json(town: Town) -> None:
    answer = town.ana.get(f"/sharing/receipts/{town['receipt']}.json")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data)


def test_an_invitation_shows_link_picture_and_code(town: Town) -> None:
    answer = town.tess.get(f"/caseload/invitations/{town['invitation']}")
    code = re.search(r'class="code"[^>]*>\s*([0-9A-Z]{4}-[0-9A-Z]{4})', answer.text)
    assert "<svg" in answer.text
    assert f"http://127.0.0.1:8000{town['link']}" in answer.text
    assert code is not None
    assert code[1] in town.stranger.get(town["link"]).text


def test_a_later_patient_reaches_the_list_of_her_therapist(town: Town) -> None:
    nora, link = town.stranger, invite(town.tess, "N.")
    nora.arrive(link, name="Nora", email="nora@example.org", password=PASSWORD)
    assert "Nora" in town.tess.get("/caseload").text
    assert only(r"/sharing/([-0-9a-f]{36})$", nora.page("/sharing")) != town["grant"]
