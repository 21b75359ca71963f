"""GET /trends."""

import re

import pytest


def rows(page):
    """The table of the pictures: each row's day and values."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        (re.search(r'<th scope="row">([^<]+)<', row)[1], re.findall(r"<td>([^<\n]*)", row))
        for row in body.split("<tr")[1:]
    ]


def heads(page):
    """What the columns of that table hold."""
    return re.findall(r'<th scope="col">([^<]+)', page)


def pictures(page):
    """What each picture shows: its measures and their columns in the table."""
    return [
        (re.findall(r'<li class="series-\d"[^>]*>([^<]+)', figure), columns)
        for columns, figure in re.findall(r'data-trend="([^"]*)"(.*?)</figure>', page, re.DOTALL)
    ]


def check_in(phone, day, **fields):
    answer = phone.post("/check-ins/new", occurred_at=f"2026-{day}", **fields)
    assert answer.status_code == 303


def test_each_day_is_a_row_and_several_a_day_their_mean(phone):
    check_in(phone, "11-20T08:00", mood="4", anxiety="9")
    check_in(phone, "11-21T08:00", mood="4")
    check_in(phone, "11-21T12:00", mood="5")
    check_in(phone, "11-21T20:00", mood="5", sleep_hours="7.5")
    check_in(phone, "11-22T08:00", mood="10", energy="0")
    page = phone.get("/trends?days=7").text
    assert heads(page) == ["When", "Mood", "Anxiety", "Energy", "Connection", "Sleep"]
    assert rows(page) == [
        ("22 Nov", ["10", "", "0", "", ""]),
        ("21 Nov", ["4.7", "", "", "", "7.5"]),
        ("20 Nov", ["4", "9", "", "", ""]),
    ]
    assert "Check-ins on 3 days of the last 7." in page
    assert "their mean" in page


def test_every_picture_names_its_columns_of_the_table(phone):
    check_in(phone, "11-21T08:00", mood="4", sleep_hours="13")
    page = phone.get("/trends").text
    assert pictures(page) == [(["Mood", "Anxiety"], "1 2"), (["Sleep"], "3")]
    assert heads(page) == ["When", "Mood", "Anxiety", "Sleep"]
    assert rows(page) == [("21 Nov", ["4", "", "13"])]
    assert re.findall(r'data-top="(\d+)"', page) == ["10", "24"]


def test_no_line_is_drawn_over_days_without_a_check_in(phone):
    for day in ("11-15", "11-19", "11-21"):
        check_in(phone, f"{day}T08:00", mood="5")
    assert rows(phone.get("/trends").text) == [
        ("21 Nov", ["5", ""]),
        ("20 Nov", ["", ""]),
        ("19 Nov", ["5", ""]),
        ("16 to 18 Nov", ["", ""]),
        ("15 Nov", ["5", ""]),
    ]


def test_days_are_anas_days(phone):
    check_in(phone, "11-20T23:59", mood="1")
    check_in(phone, "11-21T00:00", mood="2")
    page = phone.get("/trends").text
    assert rows(page) == [("21 Nov", ["2", ""]), ("20 Nov", ["1", ""])]
    assert re.findall(r'data-ago="(\d+)"', page) == ["1", "2"]
    assert 'data-to="2026-11-22"' in page


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ("?days=7", 7),
        ("?days=90", 90),
        ("?days=365", 365),
        ("", 30),
        ("?days=8", 30),
        ("?days=x", 30),
    ],
)
def test_a_range_begins_at_its_first_midnight(phone, asked, days):
    edges = {7: ("11-16", "11-15"), 30: ("10-24", "10-23"), 90: ("08-25", "08-24")}
    inside, outside = edges.get(days, ("01-01", None))
    check_in(phone, f"{inside}T00:00", mood="7")
    if outside:
        check_in(phone, f"{outside}T23:59", mood="1")
    page = phone.get(f"/trends{asked}").text
    assert [values for _, values in rows(page)] == [["7", ""]]
    assert f"of the last {days}." in page


@pytest.mark.parametrize(("days", "enough"), [(1, False), (2, False), (3, True)])
def test_little_is_not_called_a_course(phone, days, enough):
    for day in range(days):
        check_in(phone, f"11-{20 + day}T08:00", mood="5")
        check_in(phone, f"11-{20 + day}T09:00", mood="5")
    assert ("Not enough yet" in phone.get("/trends").text) is not enough


def bands(page):
    """Each line's band, where it has one: low, median, high."""
    return re.findall(r'<li class="series-\d" data-band="([^"]*)"', page)


def test_ana_is_compared_with_nobody_but_herself_and_not_on_little(phone):
    for day in range(1, 10):
        check_in(phone, f"11-{day:02}T08:00", mood=str(day))
    page = phone.get("/trends").text
    assert bands(page) == []
    assert "Too few earlier days to compare with." in page
    check_in(phone, "10-31T08:00", mood="5")
    for day in (20, 21, 22):
        check_in(phone, f"11-{day}T08:00", mood="8", anxiety="2")
    for days in (7, 30, 365):
        page = phone.get(f"/trends?days={days}").text
        assert bands(page) == ["3.3 5 6.8"], days
        assert "Last 7 days: Mood 8. Before that: Mood 5." in page
    assert len(rows(phone.get("/trends?days=7").text)) == 3


def test_before_the_first_check_in_it_says_what_to_do(phone):
    page = phone.get("/trends").text
    assert "<table" not in page
    assert 'href="/check-ins/new"' in page.partition("<main")[2]


def test_it_is_not_there_for_theo(theos):
    answer = theos.get("/trends")
    assert (answer.status_code, answer.data) == (404, theos.get("/nowhere").data)
