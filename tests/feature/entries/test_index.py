"""The list: by the time entries tell of, by day, searched."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select, update

from journal.core.models import Record
from tests.feature.entries.conftest import links, same_as_missing


def search(phone, **query):
    query = {name.rstrip("_"): value for name, value in query.items()}
    return phone.client.get("/entries", query_string=query)


def test_an_empty_journal_teaches(phone):
    page = phone.get("/entries").text
    assert "Nothing here yet" in page
    assert 'href="/entries/new"' in page


def test_the_newest_by_the_time_they_tell_of(phone, keep):
    now = keep("now")
    long_ago = keep("long ago", occurred_at="2020-05-01T08:00")
    between = keep("between", occurred_at="2026-11-21T23:30")
    page = phone.get("/entries").text
    assert links(page) == [now, between, long_ago]
    assert re.findall(r'class="day">([^<]+)<', page) == [
        "Today",
        "Yesterday",
        "Friday 1 May 2020",
    ]


def test_a_short_entry_is_shown_whole_and_a_long_one_begins(phone, keep):
    short = "s" * 99 + "\n" + "t" * 100
    keep(short)
    keep("begins " + "word " * 100 + "kingfisher")
    page = phone.get("/entries").text
    assert short in page
    assert "begins word" in page
    assert "kingfisher" not in page


def test_each_entry_is_linked_once_and_nothing_else_is(phone, keep):
    addresses = {keep(f"entry {number} https://example.org") for number in range(3)}
    page = phone.get("/entries").text
    assert sorted(links(page)) == sorted(addresses)
    assert set(re.findall(r'href="(/entries[^"]*)"', page)) == {
        *addresses,
        "/entries",
        "/entries/new",
    }


def test_page_after_page_shows_each_once(phone, ana):
    written = [f"/entries/{ana.write(f'entry {days}', days=days).id}" for days in range(45)]
    found, address = [], "/entries"
    while address:
        page = phone.get(address).text
        found += links(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert found == written


def test_pages_of_a_search_keep_the_search(phone, ana):
    for days in range(50):
        ana.write("heron" if days % 2 else "swan", days=days)
    page = search(phone, q="heron").text
    older = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    rest = phone.get(older).text
    assert (len(links(page)), len(links(rest))) == (20, 5)
    assert "swan" not in rest


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [
        ("Über den Fluß", "uber FLUSS"),
        ("naïve café", "CAFE naive"),
        ("cafe\u0301 noir", "café"),
        ("שָׁלוֹם עולם", "שלום"),
        ("مَرْحَبًا", "مرحبا"),
        ("a 👩‍👩‍👧 day ❤️", "👩‍👩‍👧 ❤"),
        ("ﬁne ｗｏｒｄｓ", "fine words"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("Straße am Meer", "meer strasse"),
    ],
)
def test_words_are_found_in_any_case_and_without_accents(phone, keep, written, looked_for):
    address = keep(written)
    keep("something else")
    page = search(phone, q=looked_for).text
    assert links(page) == [address]
    assert "<mark>" in page


def test_all_the_words_must_be_there(phone, keep):
    both = keep("river and stone")
    keep("river")
    assert links(search(phone, q="stone river").text) == [both]
    page = search(phone, q="river glass").text
    assert links(page) == []
    assert "Nothing found" in page


def test_words_in_title_and_tags_count(phone, keep):
    address = keep("words", title="The lake", tags="early, morning")
    assert links(search(phone, q="lake morn").text) == [address]


def test_the_hit_is_shown_in_context(phone, keep):
    keep("start " + "filler " * 300 + "the grey heron stood <still> " + "filler " * 300)
    page = search(phone, q="HERON").text
    assert "the grey <mark>heron</mark> stood &lt;still&gt;" in page
    assert "start" not in re.search(r'<p class="prose"[^>]*>(.*?)</p>', page, re.DOTALL)[1]


def test_a_hit_keeps_its_accents_inside_the_mark(phone, keep):
    keep("the cafe\u0301 there")
    assert "<mark>cafe\u0301</mark>" in search(phone, q="cafe").text


def test_marks_never_open_a_tag(phone, keep):
    keep("<script>alert(1)</script>")
    page = search(phone, q="script").text
    assert "&lt;<mark>script</mark>&gt;" in page


def test_a_tag_is_found_whole_in_any_case(phone, keep):
    address = keep("a", tags="Water, sky")
    keep("b", tags="waterfall")
    assert links(search(phone, tag="#water").text) == [address]


def test_days_are_days_where_ana_lives(phone, keep):
    late = keep("late", occurred_at="2026-11-20T23:59")
    early = keep("early", occurred_at="2026-11-21T00:00")
    assert links(search(phone, from_="2026-11-21").text) == [early]
    assert links(search(phone, to="2026-11-20").text) == [late]
    assert links(search(phone, from_="2026-11-20", to="2026-11-21").text) == [early, late]


@pytest.mark.parametrize("day", ["2026-99-99", "x", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_said_and_left_out(phone, keep, day):
    address = keep("words")
    page = search(phone, from_=day, to=day)
    assert page.status_code == 200
    assert "could not be read" in page.text
    assert links(page.text) == [address]


def test_a_cursor_that_is_none_begins_at_the_newest(phone, keep):
    address = keep("words")
    assert links(search(phone, before="x.y").text) == [address]


def test_a_damaged_entry_leaves_a_gap_and_the_list_stands(phone, keep, ana):
    first = keep("first", occurred_at="2026-11-20T08:00")
    broken = keep("broken", occurred_at="2026-11-21T08:00")
    last = keep("last")
    broken_id = UUID(broken.split("/")[-1])
    body = bytearray(ana.db.scalar(select(Record.body).where(Record.id == broken_id)))
    body[40] ^= 1
    ana.db.rollback()
    ana.db.execute(update(Record).where(Record.id == broken_id).values(body=bytes(body)))
    ana.db.commit()
    page = phone.get("/entries").text
    assert links(page) == [last, first]
    assert "This entry can't be opened." in page
    assert same_as_missing(phone, phone.get(broken))
    assert links(search(phone, q="first").text) == [first]
    assert keep("written after it") in links(phone.get("/entries").text)


def test_theo_has_no_journal_and_nora_only_hers(keep, theos, noras):
    keep("ana's")
    assert same_as_missing(theos, theos.get("/entries"))
    assert links(noras.get("/entries").text) == []
