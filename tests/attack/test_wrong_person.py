"""Everybody tries everybody else's addresses: one 404, the same to the byte and to the header.

Red when a view forgets its `@audience`, `audience._admit` lets a role through, a query forgets
the owner's id (`owning.py`, `reading.open_grant`), or `errors._not_found` renders in a request.
"""

import re
from uuid import uuid4

import pytest

from journal.web.audience import audience_of
from tests.people import PASSWORD
from tests.phones import Phone
from tests.town import TYPED, Town, email, only
from tests.visitors import Visitor

# Whose object an argument of a route names, by blueprint.
OBJECTS = {
    "checkins": {"record_id": "check_in"},
    "entries": {"record_id": "private", "grant_id": "grant", "client_id": "draft"},
    "sharing": {
        "grant_id": "grant",
        "receipt_id": "receipt",
        "record_id": "shared",
        "scope": "scope",
    },
    "workspace": {
        "grant_id": "grant",
        "record_id": "shared",
        "invitation_id": "invitation",
        "scope": "scope",
    },
    "accounts": {"device": "device", "grant_id": "grant"},
    "care": {"record_id": "copy"},
    "care_desk": {"grant_id": "grant", "record_id": "session"},
    "care_steps": {"grant_id": "grant", "record_id": "session", "step": "step"},
    "measure_plan": {"grant_id": "grant"},
    "due": {"session_id": "session", "tie": "tie"},
    "phones": {"phone_id": "phone", "item_id": "refused"},
    "measures": {"record_id": "measure", "instrument": "instrument"},
    "assessment": {"grant_id": "grant"},
    "preparation": {"record_id": "intention", "session_id": "session"},
    "medications": {"record_id": "medication"},
    "integration": {"record_id": "insight", "grant_id": "grant"},
    "integration_desk": {"grant_id": "grant", "record_id": "assignment"},
    "words": {"page": "words"},
    "safety_plan": {"name": "part", "record_id": "plan"},
    "safety_rules": {"letter": "letter", "flag_id": "flag"},
    "safety_desk": {"grant_id": "grant", "record_id": "rule", "flag_id": "flag"},
}
# What the fixture makes beside the town.
LATER = (
    *("device", "phone", "refused", "measure", "instrument"),
    *("step", "tie", "insight", "assignment", "intention", "scope"),
    *("medication", "copy"),
    *("part", "plan", "letter", "flag", "rule", "words"),
)
OWNERS = {"patient": ("ana",), "therapist": ("tess",), "signed-in": ("ana",)}


def addresses(town: Town, made: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Return (method, path, audience) of every private address, with Ana's and Tess's objects."""
    found = []
    for rule in town.app.url_map.iter_rules():
        who = audience_of(town.app, rule.endpoint)
        if who == "public":
            continue
        names = OBJECTS.get(rule.endpoint.partition(".")[0], {})
        path = rule.rule
        for argument in rule.arguments:
            value = (made or town.made)[names[argument]]
            path = re.sub(rf"<(\w+:)?{argument}>", value, path)
        methods = (rule.methods or set()) & {"GET", "POST"}
        found += [(method, path, str(who)) for method in sorted(methods)]
    return found


def of_objects(found: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [one for one in found if re.search(r"[-0-9a-f]{32}", one[1])]


def ask(visitor: Visitor, method: str, path: str):
    """Ask as that person; a post carries all that a real one would."""
    if method == "GET":
        return visitor.get(path)
    return visitor.post(path, body="x", mood=5, version=1, grant="", password=PASSWORD)


def seen(answer) -> tuple[int, bytes, list[tuple[str, str]]]:
    headers = [(name, value) for name, value in answer.headers if name != "Date"]
    return answer.status_code, answer.data, sorted(headers)


@pytest.fixture
def nothing(town: Town) -> tuple[int, bytes, list[tuple[str, str]]]:
    """What an address that never was answers to somebody without any cookie."""
    return seen(town.stranger.get("/no/such/page"))


@pytest.fixture
def device(town: Town) -> str:
    """Ana's second device."""
    second = town.stranger
    second.arrive("/sign-in", email=email("ana"), password=PASSWORD)
    forms = [form.action for form in town.ana.page("/account/devices").forms]
    [found] = {action.split("/")[3] for action in forms if action.endswith("/ending")}
    town.made["device"] = found
    answers = town.ana.arrive("/measures/relief/new", **{"answer-1": 7})
    town.made |= {"instrument": "relief", "measure": answers.rpartition("/")[2]}
    town.made |= {"step": "paused", "tie": "relief", "scope": "care"}
    town.made["insight"] = town.ana.arrive("/insights/new", words="mine")[-36:]
    town.made["intention"] = town.ana.arrive("/preparation/intentions/new", body="mine")[-36:]
    town.made["copy"] = only(
        r"/preparation/sessions/([-0-9a-f]{36})", town.ana.page("/preparation")
    )
    taken = {"name": "mine", "what": "started"}
    town.made["medication"] = town.ana.arrive("/medications/new", **taken)[-36:]
    given = f"/patients/{town['grant']}/assignments"
    town.tess.arrive(given, words="to write about")
    town.made["assignment"] = only(rf"{given}/([-0-9a-f]{{36}})/", town.tess.page(given))
    page = town.ana.get("/check-ins/new").text
    town.made["words"] = re.findall(r'name="page" value="([-0-9a-f]{36})', page)[0]
    said = {"turn": 1, "at": "/account", "title": "", "typed": '[["name", "mine"]]'}
    assert town.ana.post(f"/words/{town['words']}", **said).status_code == 200
    _leave_something_unreadable(town)
    _agree_on_a_rule(town)
    return found


def _agree_on_a_rule(town: Town) -> None:
    """Ana's plan, and a rule between her and Tess that has applied once."""
    town.ana.arrive("/safety-plan/parts/alone", words="mine", client_id=str(uuid4()))
    rules = f"/patients/{town['grant']}/rules"
    low = {"key": "mood", "how": "level", "side": "below", "at": "2"}
    town.tess.arrive(rules, name="a low hour", **low)
    page = town.ana.page("/safety-plan/rules")
    letter = only(r"/safety-plan/rules/([-0-9a-f]{36})/agreement", page)
    said = next(dict(one.fields) for one in page.forms if one.action.endswith("/agreement"))
    town.ana.post(f"/safety-plan/rules/{letter}/agreement", said=said["said"], tell="y")
    town.ana.arrive("/check-ins/new", mood=1)
    desk = town.tess.page(rules)
    town.made |= {
        "part": "alone",
        "plan": only(
            r"/safety-plan/versions/([-0-9a-f]{36})", town.ana.page("/safety-plan/versions")
        ),
        "letter": letter,
        "rule": only(rf"{rules}/([-0-9a-f]{{36}})/withdrawal", desk),
        "flag": only(rf"{rules}/flags/([-0-9a-f]{{36}})/", desk),
    }


def _leave_something_unreadable(town: Town) -> None:
    """Ana's phone, and what of it could not be read: they have addresses of their own."""
    phone = Phone.of_answer(town.ana.post("/account/phone").json)
    item = phone.seal(b"nonsense")
    sent = town.stranger.client.post("/sync/items", json=item.post(), headers=phone.headers)
    assert sent.status_code == 201
    town.ana.post("/account/phone/opening")
    town.made |= {"phone": str(phone.id), "refused": str(item.id)}


def test_the_walk_knows_every_argument_of_every_private_route(town: Town, device: str) -> None:
    assert device
    assert len(of_objects(addresses(town))) > 20


@pytest.mark.parametrize("thief", ["otto", "theo", "tess", "ana"])
def test_somebody_elses_objects_and_the_other_roles_pages_are_not_there(
    town: Town, device: str, nothing: object, thief: str
) -> None:
    role = "patient" if thief in ("ana", "otto") else "therapist"
    tried = [
        (method, path)
        for method, path, who in addresses(town)
        if who not in (role, "signed-in")
        or ((method, path, who) in of_objects(addresses(town)) and thief not in OWNERS[who])
    ]
    # A draft begins under an id of the writer's own account, whoever else has one like it; so do
    # the words of a form.
    own = {("otto", "POST", f"/drafts/{town['draft']}")}
    own |= {(name, "POST", f"/words/{town['words']}") for name in town.people}
    tried = [one for one in tried if (thief, *one[:2]) not in own]
    assert len(tried) > 6
    told = [one for one in tried if seen(ask(town.people[thief], *one)) != nothing]
    assert told == []


def test_a_draft_under_an_id_of_anas_is_ottos_own_and_changes_nothing_of_hers(town: Town) -> None:
    path = f"/entries/new?draft={town['draft']}"
    # Each showing of a page has an id of its own.
    before = re.sub(r'name="page" value="[-0-9a-f]+"', "", town.ana.get(path).text)
    assert town.otto.post(f"/drafts/{town['draft']}", body="Otto's").status_code == 200
    assert re.sub(r'name="page" value="[-0-9a-f]+"', "", town.ana.get(path).text) == before
    assert TYPED["draft"] not in town.otto.get(path).text


def test_what_never_was_looks_the_same_as_what_is_not_yours(town: Town, nothing: object) -> None:
    made = {name: str(uuid4()) for name in [*town.made, *LATER]}
    for method, path, who in of_objects(addresses(town, made)):
        if path in (f"/drafts/{made['draft']}", f"/words/{made['words']}") and method == "POST":
            continue  # a draft begins where nothing was, and so do the words of a form
        answer = ask(town.people[OWNERS[who][0]], method, path)
        assert seen(answer) == nothing, (method, path)


def test_a_strangers_get_leads_to_sign_in_and_a_post_to_401(town: Town, device: str) -> None:
    stranger = town.stranger
    for method, path, _ in addresses(town):
        answer = ask(stranger, method, path)
        if method == "GET":
            assert answer.status_code == 303, path
            assert answer.location.startswith("/sign-in?next="), path
        else:
            assert answer.status_code == 401, path


def test_a_therapist_finds_nothing_outside_what_is_shared(town: Town, nothing: object) -> None:
    grant = town["grant"]
    for record in (town["private"], town["draft"], town["ottos"], str(uuid4())):
        assert seen(town.tess.get(f"/patients/{grant}/records/{record}")) == nothing
    for other in (town["ottos_grant"], town["journal"]):
        assert seen(town.tess.get(f"/patients/{other}")) == nothing
        assert seen(town.tess.get(f"/patients/{other}/records/{town['ottos']}")) == nothing
    assert town.tess.get(f"/patients/{grant}/records/{town['shared']}").status_code == 200


def test_one_kind_of_record_does_not_answer_as_another(town: Town, nothing: object) -> None:
    check_in, entry = town["check_in"], town["private"]
    for path in (
        f"/entries/{check_in}",
        f"/entries/{check_in}/edit",
        f"/check-ins/{entry}/edit",
        f"/sharing/{entry}",
    ):
        assert seen(town.ana.get(path)) == nothing, path
    for path in (
        f"/entries/{check_in}/deletion",
        f"/entries/{check_in}/restoration",
        f"/check-ins/{entry}/deletion",
        f"/check-ins/{entry}/restoration",
        f"/drafts/{entry}/deletion",
    ):
        assert seen(town.ana.post(path)) == nothing, path
    assert town.ana.get(f"/entries/{entry}").status_code == 200


def test_after_revocation_every_page_under_the_grant_is_gone(
    town: Town, device: str, nothing: tuple[int, bytes, object]
) -> None:
    """Tess read the safety plan as well, and her browser knows every address."""
    grant, scopes = town["grant"], ["journal", "check-ins", "medications", "safety-plan", "care"]
    town.ana.post(f"/sharing/{grant}", scopes=scopes, since="everything", password=PASSWORD)
    before = [("GET", f"/patients/{grant}/shared/{scope}") for scope in scopes[2:]]
    before += [("GET", f"/patients/{grant}/records/{town['journal']}")]
    assert {town.tess.get(path).status_code for _get, path in before} == {200}
    assert "mine" in town.tess.get(f"/patients/{grant}/shared/safety-plan").text
    before += [(method, path) for method, path, _who in addresses(town) if grant in path]
    town.ana.arrive(f"/sharing/{grant}/revocation")
    for method, path in before:
        answer = seen(ask(town.tess, method, path))
        # Of a page that only takes a form, and of Ana's own, the same as before.
        assert answer[:2] == nothing[:2] or answer[0] == 405, (method, path)
    assert grant not in town.tess.get("/caseload").text


def test_one_entry_is_gone_when_its_share_ends_and_back_when_it_is_shared_again(town: Town) -> None:
    path, share = (
        f"/patients/{town['grant']}/records/{town['shared']}",
        "/entries/" + town["shared"],
    )
    town.ana.arrive(share, f"{share}/shares/{town['grant']}/revocation")
    assert town.tess.get(path).status_code == 404
    town.ana.arrive(share, f"{share}/shares")
    assert town.tess.get(path).status_code == 200


def test_ana_can_not_share_her_entry_under_ottos_grant_nor_ottos_under_hers(
    town: Town, nothing: object
) -> None:
    shares = f"/entries/{town['private']}/shares"
    for grant in (town["ottos_grant"], str(uuid4()), "", "x", "%00"):
        assert seen(town.ana.post(shares, grant=grant)) == nothing, grant
    ottos = f"/entries/{town['ottos']}/shares"
    assert seen(town.ana.post(ottos, grant=town["grant"])) == nothing
    assert (
        town.theo.get(f"/patients/{town['ottos_grant']}/records/{town['private']}").status_code
        == 404
    )
