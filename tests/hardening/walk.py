"""Every form of the app, found by walking its pages as everybody: a new one comes by itself."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from flask import url_for
from werkzeug.exceptions import HTTPException

from tests.hardening.course import leave_a_course
from tests.people import PASSWORD
from tests.town import email, invite, write
from tests.visitors import HOST, Form, Page, Visitor, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flask import Flask

    from tests.town import Town

PAGES_ALIKE, FORMS_ALIKE = 6, 2  # of one kind, how many are read, and how many are kept
STARTS = ("/", "/sign-in", "/recovery", "/help-now")
NO_FORM = {
    "items.receive"
}  # a phone's own address: it takes sealed items, and has tests of its own


@dataclass(frozen=True)
class Found:
    """One form, who sees it, and the endpoint that takes it."""

    who: str
    visitor: Visitor
    form: Form
    endpoint: str


def forms(town: Town, most: int = FORMS_ALIKE) -> list[Found]:
    """Return the forms of all pages that patients, therapists and strangers can walk to.

    most: how many of those that are alike.
    """
    found: list[Found] = []
    for who, visitor, starts in walkers(town):
        kept: Counter[object] = Counter()
        for form in walk(visitor, starts):
            endpoint = endpoint_of(town.app, form.action, form.method.upper())
            alike = (endpoint, frozenset(form.names))
            kept[alike] += 1
            if kept[alike] <= most:
                found.append(Found(who, visitor, form, endpoint))
    return [*found, *unseen(town, found)]


def unseen(town: Town, found: list[Found]) -> Iterator[Found]:
    """Yield a form for each address that takes a post and stands on no page just now.

    Nobody was shown its fields, so it is sent those of all other forms.
    """
    known, names = {form.endpoint for form in found}, set[str]()
    for form in found:
        names |= one_of_each(form.form.names)
    for rule in town.app.url_map.iter_rules():
        if rule.endpoint not in takers(town.app) - known:
            continue
        arguments = dict.fromkeys(rule.arguments, town["grant"])
        with town.app.test_request_context():
            form = Form(url_for(rule.endpoint, **arguments), "post", names=set(names))
        yield Found("ana", town.ana, form, rule.endpoint)
        yield Found("tess", town.tess, form, rule.endpoint)


def one_of_each(names: Iterable[str]) -> set[str]:
    """Return the names without those of further rows: doses-1-mg is read as doses-0-mg is."""
    kinds = {re.sub(r"-\d+-", "-", name): name for name in sorted(names, reverse=True)}
    return set(kinds.values())


def takers(app: Flask) -> set[str]:
    """Return every endpoint that takes a posted form."""
    rules = app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if "POST" in (rule.methods or ())} - NO_FORM


def walkers(town: Town) -> Iterator[tuple[str, Visitor, list[str]]]:
    """Yield each kind of person with what they were given to open, once they have forms to see."""
    second = town.stranger
    second.arrive("/sign-in", email=email("ana"), password=PASSWORD)
    leave_things_deleted(town.ana)
    leave_ways_open(town.ana)
    leave_a_course(town)
    yield "ana", town.ana, [invite(town.theo, "A.")]
    kit = "-".join(re.findall(r"<span>(\w{4})</span>", town.tess.get("/account/recovery-kit").text))
    assert town.tess.post("/account/recovery-kit", kit=kit).status_code == 303
    yield "tess", town.tess, []
    asked = town.app.test_cli_runner().invoke(args=["invite-therapist", "una@example.org"])
    yield "stranger", town.stranger, [town["link"], asked.stdout.splitlines()[-1]]


def leave_things_deleted(patient: Visitor) -> None:
    """Delete one of each kind, and go on without looking: the ways back are forms as well."""
    check_in = str(uuid4())
    patient.arrive("/check-ins/new", mood=3, client_id=check_in)
    draft, entry = str(uuid4()), write(patient, "to be deleted", "Deleted")
    kept = patient.post(f"/drafts/{draft}", body="to be discarded")
    assert kept.status_code == 200
    for path in (f"/check-ins/{check_in}", f"/entries/{entry}", f"/drafts/{draft}"):
        assert patient.post(f"{path}/deletion").status_code == 303


def leave_ways_open(patient: Visitor) -> None:
    """Finish a scale, delete another, be reminded: what undoes or ends these are forms as well."""
    scale = "/measures/relief/new"
    patient.arrive("/account/reminders", on="y", time="09:00", days=["0", "1"])
    assert patient.post("/account/reminders/calendar").status_code == 303
    for _ in range(2):
        finished = patient.arrive(scale, **{"answer-1": "7"})
    assert patient.post(f"{finished}/deletion").status_code == 303


def walk(visitor: Visitor, starts: list[str]) -> Iterator[Form]:
    """Yield the forms on the pages that somebody can walk to."""
    for page in pages(visitor, starts):
        for form in page.forms:
            if form.method != "dialog":
                yield from buttons(form)


def pages(visitor: Visitor, starts: Sequence[str] = ()) -> Iterator[Page]:
    """Read from link to link, some pages of each kind."""
    waiting, seen, kinds = [*starts, *STARTS], set[str](), Counter[object]()
    while waiting:
        path = local(waiting.pop(0))
        if not path or path in seen:
            continue
        seen.add(path)
        asked = urlsplit(path)
        kind = (endpoint_of(visitor.app, asked.path, "GET"), frozenset(parse_qs(asked.query)))
        kinds[kind] += 1
        if not kind[0] or kinds[kind] > PAGES_ALIKE:
            continue
        answer = visitor.get(path)
        if answer.status_code == 303:
            waiting.append(answer.location)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            page = read(answer)
            waiting += page.links
            yield page
        answer.close()


def buttons(form: Form) -> Iterator[Form]:
    """Yield the form as each of its buttons sends it."""
    yield form
    for action in form.elsewhere:
        yield replace(form, action=action)


def local(address: str) -> str:
    """Return the path and query of an address of this site, nothing for any other."""
    if address.startswith(f"http://{HOST}:8000"):
        address = address.removeprefix(f"http://{HOST}:8000")
    return re.sub(r"#.*", "", address) if address.startswith("/") else ""


def endpoint_of(app: Flask, action: str, method: str) -> str:
    """Return the endpoint behind an address, nothing where there is none."""
    try:
        return str(app.url_map.bind(HOST).match(urlsplit(action).path, method)[0])
    except HTTPException:
        return ""
