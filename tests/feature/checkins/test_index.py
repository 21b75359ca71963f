"""GET /check-ins."""

import re
from datetime import timedelta

from sqlalchemy import update

from journal.core.models import Record
from tests import browsers, people


def moods(page):
    return re.findall(r"Mood <strong>(\d+)</strong>", page)


def test_it_is_in_the_order_of_what_is_told_and_not_of_the_telling(phone):
    phone.post("/check-ins/new", mood="1")
    phone.post("/check-ins/new", mood="2", occurred_at="2026-11-20T08:00")
    phone.post("/check-ins/new", mood="3", occurred_at="2026-11-21T08:00")
    phone.post("/check-ins/new", mood="4", occurred_at="2026-11-20T09:00")
    page = phone.get("/check-ins").text
    assert moods(page) == ["1", "3", "4", "2"]
    assert re.findall(r'class="day">([^<]+)<', page) == [
        "Sunday 22 November",
        "Saturday 21 November",
        "Friday 20 November",
    ]


def test_a_day_ends_at_anas_midnight(phone):
    for mood, at in (("1", "2026-11-20T23:59"), ("2", "2026-11-21T00:00")):
        phone.post("/check-ins/new", mood=mood, occurred_at=at)
    page = phone.get("/check-ins").text
    assert page.index("Saturday 21 November") < page.index("00:00") < page.index("Friday 20")


def test_older_check_ins_are_a_page_away(phone, at_ten):
    for number in range(23):
        phone.post("/check-ins/new", mood=str(number % 10), energy=str(number % 7))
        at_ten.shift(timedelta(minutes=1))
    first = phone.get("/check-ins").text
    older = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = phone.get(older).text
    assert [*moods(first), *moods(second)] == [str(number % 10) for number in range(22, -1, -1)]
    assert 15 <= len(moods(first)) <= 20
    assert 'rel="next"' not in second
    assert moods(phone.get("/check-ins?before=heron").text) == moods(first)


def test_one_that_does_not_open_is_a_gap_and_hides_no_other(phone, ana):
    for mood in ("1", "2", "3"):
        phone.post(
            "/check-ins/new", mood=mood, occurred_at=f"2026-11-2{mood}T08:00" if mood < "3" else ""
        )
    newest = ana.db.query(Record.id).order_by(Record.position.desc()).first()[0]
    ana.db.execute(update(Record).where(Record.id == newest).values(body=b"damaged"))
    ana.db.commit()
    page = phone.get("/check-ins").text
    assert "can&#39;t be opened" in page or "can't be opened" in page
    assert len(moods(page)) == 2
    assert phone.get("/check-ins/new").status_code == 200
    assert phone.get("/trends").status_code == 200


def test_words_can_not_become_tags_of_the_page(phone):
    phone.post("/check-ins/new", mood="5", note="<script>alert(1)</script>", tags="<b>x</b>")
    page = phone.get("/check-ins").text
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_empty_list_says_what_to_do(phone):
    assert (
        'href="/check-ins/new"'
        in phone.get("/check-ins").text.partition("<main")[2].partition("</main")[0]
    )


def test_ana_sees_hers_and_not_ottos(app, phone, tess):
    otto = browsers.sign_in(app, people.patient(tess.db, tess.site, "Otto", of=tess))
    otto.post("/check-ins/new", mood="9", note="The heron is mine.")
    assert "heron" not in phone.get("/check-ins").text


def test_it_is_not_there_for_theo(theos):
    answer = theos.get("/check-ins")
    assert (answer.status_code, answer.data) == (404, theos.get("/nowhere").data)
