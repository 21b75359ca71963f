"""Keeping an entry."""

import re
from html.parser import HTMLParser
from uuid import UUID, uuid4

import pytest

from tests.browsers import value_of
from tests.feature.entries.conftest import links, same_as_missing

XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[go](javascript:alert(1))",
    "<svg/onload=alert(1)>",
    "{{ 7 * 7 }}",
    "</textarea><script>alert(1)</script>",
]


class Dangers(HTMLParser):
    """What in a page a browser would run, as the browser reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        runs = [name for name in names if name.startswith("on")]
        away = [
            name
            for name in ("href", "src", "action", "formaction")
            if "javascript:" in (names.get(name) or "")
        ]
        if runs or away or tag in ("img", "iframe") or (tag == "script" and "src" not in names):
            self.found.append(self.get_starttag_text())


def dangers(page: str) -> list[str]:
    parser = Dangers()
    parser.feed(page)
    return parser.found


def test_ana_writes_and_reads_that_only_she_can_read_it(phone, keep):
    page = phone.get(keep("The river, again.", title="Water")).text
    assert "Saved. Only you can read this." in page
    assert "<p>The river, again.</p>" in page


def test_it_says_once_that_it_is_saved(phone, keep):
    address = keep("words")
    phone.get(address)
    assert "Saved." not in phone.get(address).text


def test_an_entry_for_the_journal_names_who_reads_it(phone, keep, given):
    assert "nobody else reads it yet" in phone.get("/entries/new").text
    given("journal")
    assert "You and Tess" in phone.get("/entries/new").text
    page = phone.get(keep("words", audience="journal")).text
    assert "Saved. You and Tess can read this." in page


def test_the_same_post_twice_is_one_entry(phone):
    form = {"body": "once", "client_id": str(uuid4())}
    first, second = (phone.post("/entries/new", **form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location == f"/entries/{form['client_id']}"
    assert len(links(phone.get("/entries").text)) == 1


def test_another_time_under_a_used_id_is_not_told_as_saved(phone):
    same = {"body": "The river.", "audience": "private", "client_id": str(uuid4())}
    for _ in "12":
        kept = phone.post("/entries/new", **same, occurred_at="2026-11-21T08:00")
        assert kept.status_code == 303
    other = phone.post("/entries/new", **same, occurred_at="2026-11-20T08:00")
    assert other.status_code == 409
    assert "2026-11-20T08:00" in other.text


def test_other_words_under_the_same_id_are_not_lost(phone):
    client_id = str(uuid4())
    phone.post("/entries/new", body="the first words", client_id=client_id)
    answer = phone.post("/entries/new", body="the other words", client_id=client_id)
    assert answer.status_code == 409
    assert "the first words" in answer.text
    assert "the other words" in answer.text
    version = value_of(answer.text, "version")
    saved = phone.post(f"/entries/{client_id}/edit", body="the other words", version=version)
    assert saved.status_code == 303
    assert "the other words" in phone.get(f"/entries/{client_id}").text


def test_words_sent_again_after_the_deletion_come_back_as_a_new_entry(phone, keep):
    address = keep("gone and back")
    phone.post(f"{address}/deletion")
    answer = phone.post("/entries/new", body="gone and back", client_id=address.split("/")[-1])
    assert answer.status_code == 409
    assert "gone and back" in answer.text
    fresh = value_of(answer.text, "client_id")
    assert f"/entries/{fresh}" != address
    assert phone.post("/entries/new", body="gone and back", client_id=fresh).status_code == 303


@pytest.mark.parametrize("sent", ["", "nonsense", "00000000-0000-1000-8000-000000000000"])
def test_a_broken_client_id_costs_no_words(phone, sent):
    answer = phone.post("/entries/new", body="words", client_id=sent)
    assert answer.status_code == 303
    assert UUID(answer.location.split("/")[-1]).version == 4


def test_an_empty_entry_comes_back_with_everything_else_typed(phone):
    client_id = str(uuid4())
    answer = phone.post(
        "/entries/new",
        title="Only a title",
        body=" \n",
        tags="sea, sky",
        occurred_at="2026-11-20T19:30",
        audience="journal",
        client_id=client_id,
    )
    assert answer.status_code == 422
    assert value_of(answer.text, "title") == "Only a title"
    assert value_of(answer.text, "tags") == "sea, sky"
    assert value_of(answer.text, "occurred_at") == "2026-11-20T19:30"
    assert value_of(answer.text, "client_id") == client_id
    assert re.search(r'value="journal" checked', answer.text)


def test_a_megabyte_comes_back_whole(phone):
    words = "0123456789abcde " * (1024 * 64)
    answer = phone.post("/entries/new", body=words)
    assert answer.status_code == 422
    assert words.strip() in answer.text


def test_two_hundred_thousand_letters_are_kept_as_they_were_typed(phone, keep):
    words = "ü👩‍👩‍👧 " * 25_000
    address = keep(words)
    assert phone.get(f"{address}/edit").text.count("👩‍👩‍👧") == 25_000


@pytest.mark.parametrize("typed", ["2026-11-22T10:30", "2031-01-01T00:00", "yesterday"])
def test_a_time_to_come_or_no_time_is_refused(phone, typed):
    answer = phone.post("/entries/new", body="words", occurred_at=typed)
    assert answer.status_code == 422
    assert value_of(answer.text, "occurred_at") == typed


def test_a_phone_that_runs_ahead_a_little_is_believed(phone):
    assert phone.post("/entries/new", body="w", occurred_at="2026-11-22T10:04").status_code == 303


@pytest.mark.parametrize("attack", XSS)
def test_what_looks_like_a_page_stays_words_in_every_field(phone, keep, attack):
    address = keep(attack, title=attack, tags=attack.replace(",", ""))
    client_id = str(uuid4())
    phone.post(f"/drafts/{client_id}", body=attack, title=attack, tags=attack, audience=attack)
    refused = phone.post(
        "/entries/new",
        title=attack,
        tags=attack,
        occurred_at=attack,
        audience=attack,
        client_id=attack,
    )
    stale = phone.post(f"{address}/edit", body=attack + "!", title=attack, version="99")
    pages = [refused, stale] + [
        phone.get(path)
        for path in (
            address,
            f"{address}/edit",
            "/entries",
            f"/entries/new?draft={client_id}",
        )
    ]
    found = phone.client.get("/entries", query_string={"q": attack, "tag": attack, "from": attack})
    for page in [*pages, found]:
        assert dangers(page.text) == []
        assert ">49<" not in page.text


def test_markdown_is_shown_and_kept_as_it_was_typed(phone, keep):
    address = keep("# Heading\n\n**bold** and *soft*")
    assert "<strong>bold</strong>" in phone.get(address).text
    assert "**bold** and *soft*" in phone.get(f"{address}/edit").text


def test_every_text_area_has_the_response_contract_under_it(phone):
    page = phone.get("/entries/new").text
    assert "Nobody watches this in real time." in page
    assert page.index("</textarea>") < page.index("Nobody watches")


def test_theo_can_not_write(theos):
    assert same_as_missing(theos, theos.get("/entries/new"))
    assert same_as_missing(theos, theos.post("/entries/new", body="words"))


def test_nora_can_not_write_over_anas_entry(phone, noras, keep):
    address = keep("ana's words")
    client_id = address.split("/")[-1]
    assert noras.post("/entries/new", body="nora's words", client_id=client_id).status_code == 303
    assert "nora's" not in phone.get(address).text
    assert "ana's" not in noras.get(address).text


def test_a_draft_that_is_not_there_is_missing(phone, noras):
    client_id = uuid4()
    phone.post(f"/drafts/{client_id}", body="ana's draft")
    for path in (f"/entries/new?draft={client_id}", "/entries/new?draft=x"):
        assert same_as_missing(noras, noras.get(path))


def test_an_audience_left_empty_is_private(phone):
    answer = phone.post("/entries/new", body="words", audience="")
    assert "Only you can read this." in phone.get(answer.location).text


def test_a_longer_paste_is_not_cut_by_the_browser(phone):
    assert "maxlength" not in phone.get("/entries/new").text
