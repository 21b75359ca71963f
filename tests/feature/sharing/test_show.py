"""GET and POST /sharing/<grant>: what one therapist can read, and changing it."""

from datetime import UTC, datetime

import pytest

from journal.core import reading, records
from journal.core.errors import NotFound
from tests import people

WRONG = "a wrong guess at dawn"


def read_by(tess, grant_id) -> list[str]:
    """What Tess can read now, check-ins and entries alike."""
    tess.db.rollback()
    grant = reading.open_grant(tess.db, tess.keyring, grant_id, now=tess.now)
    page = records.list_as_reader(
        tess.db, tess.keyring, grant, scopes=grant.scopes, singly=True, now=tess.now
    )
    return sorted(item.content["body"] for item in page.items)


def test_taking_away_acts_at_once_without_a_password(phone, ana, tess, grant_id):
    ana.write("shared", scope="journal")
    assert read_by(tess, grant_id) == ["shared"]
    answer = phone.post(f"/sharing/{grant_id}")
    assert (answer.status_code, answer.location) == (303, f"/sharing/{grant_id}")
    assert phone.grant().scopes == {}
    assert phone.grant().live
    assert read_by(tess, grant_id) == []


def test_an_end_set_for_the_first_time_needs_no_password(phone, grant_id):
    answer = phone.post(f"/sharing/{grant_id}", scopes=["journal"], not_after="2026-12-31")
    assert answer.status_code == 303
    # Ana lives in Vienna, where that day ends an hour before it does in UTC.
    assert phone.grant().not_after == datetime(2026, 12, 31, 23, tzinfo=UTC)


def test_an_earlier_end_needs_no_password(phone, grant_id):
    phone.post(f"/sharing/{grant_id}", scopes=["journal"], not_after="2026-12-31")
    answer = phone.post(f"/sharing/{grant_id}", scopes=["journal"], not_after="2026-11-22")
    assert answer.status_code == 303
    assert phone.grant().not_after == datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {"scopes": ["journal", "check-ins"], "not_after": "2026-12-31"},
        {"scopes": ["check-ins"], "not_after": "2026-12-31"},
        {"scopes": ["journal"], "not_after": "2027-01-01"},
        {"scopes": ["journal"], "not_after": ""},
        {"scopes": [], "not_after": ""},
    ],
)
def test_what_widens_asks_for_the_password_and_keeps_the_form(phone, grant_id, fields):
    phone.post(f"/sharing/{grant_id}", scopes=["journal"], not_after="2026-12-31")
    before = phone.grant()
    answer = phone.post(f"/sharing/{grant_id}", since="everything", **fields)
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert f'value="{fields["not_after"]}"' in answer.text
    for scope in ("journal", "check-ins"):
        ticked = f'value="{scope}" checked' in answer.text
        assert ticked == (scope in fields["scopes"])
    assert 'value="everything" checked' in answer.text
    assert phone.grant() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"scopes": ["journal", "check-ins"], "not_after": "2026-12-31"},
        {"scopes": ["check-ins"], "not_after": "2027-01-01"},
        {"scopes": ["journal"], "not_after": ""},
        {"scopes": ["journal", "care"]},
    ],
)
def test_with_the_password_it_widens(phone, grant_id, fields):
    phone.post(f"/sharing/{grant_id}", scopes=["journal"], not_after="2026-12-31")
    answer = phone.post(f"/sharing/{grant_id}", password=people.PASSWORD, **fields)
    assert answer.status_code == 303
    after = phone.grant()
    assert list(after.scopes) == fields["scopes"]
    shown = phone.get(f"/sharing/{grant_id}").text
    assert f'value="{fields.get("not_after", "2026-12-31")}"' in shown


def test_a_form_without_the_field_keeps_the_end(phone, grant_id):
    phone.post(f"/sharing/{grant_id}", scopes=["journal"], not_after="2026-12-31")
    assert phone.post(f"/sharing/{grant_id}", scopes=["journal"]).status_code == 303
    assert phone.grant().not_after == datetime(2026, 12, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(("since", "read"), [("now", ["new"]), ("everything", ["new", "old"])])
def test_since_is_for_what_is_added(phone, ana, tess, grant_id, since, read):
    ana.write("old", scope="check-ins", kind="check-in")
    phone.post(f"/sharing/{grant_id}", scopes=["check-ins"], since=since, password=people.PASSWORD)
    ana.write("new", scope="check-ins", kind="check-in")
    assert read_by(tess, grant_id) == read


def test_what_stays_keeps_its_start(phone, ana, tess, grant_id):
    ana.write("old", scope="journal")
    both = ["journal", "check-ins"]
    phone.post(f"/sharing/{grant_id}", scopes=both, since="now", password=people.PASSWORD)
    assert read_by(tess, grant_id) == ["old"]


def test_a_wrong_password_changes_nothing_and_is_counted(phone, grant_id):
    fields = {"scopes": ["journal", "check-ins"], "password": WRONG}
    answer = phone.post(f"/sharing/{grant_id}", **fields)
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert WRONG not in answer.text
    assert list(phone.grant().scopes) == ["journal"]
    for _ in range(9):
        phone.post(f"/sharing/{grant_id}", **fields)
    answer = phone.post(f"/sharing/{grant_id}", **{**fields, "password": people.PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="check-ins" checked' in answer.text


def test_narrowing_never_tries_the_password(phone, grant_id):
    answer = phone.post(f"/sharing/{grant_id}", password=WRONG)
    assert answer.status_code == 303
    assert phone.grant().scopes == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"scopes": ["private"]},
        {"scopes": ["journal", "nonsense"]},
        {"scopes": ["journal"], "since": "yesterday"},
        {"scopes": ["journal"], "not_after": "soon"},
        {"scopes": ["journal"], "not_after": "2026-11-21"},
        {"scopes": ["journal"], "not_after": "9999-12-31"},
    ],
)
def test_nonsense_is_refused_beside_its_field(phone, grant_id, fields):
    before = phone.grant()
    answer = phone.post(f"/sharing/{grant_id}", password=people.PASSWORD, **fields)
    assert answer.status_code == 422
    assert phone.grant() == before


def test_the_same_form_twice_says_it_once(phone, grant_id):
    for _ in range(2):
        phone.post(f"/sharing/{grant_id}", scopes=["journal", "care"], password=people.PASSWORD)
    assert phone.grant().statement.seq == 2


def test_a_grant_that_ran_out_says_so_calmly(phone, browser_of, ana, tess, grant_id, clock):
    phone.post(f"/sharing/{grant_id}", scopes=["journal"], not_after="2026-11-22")
    ana.now = tess.now = datetime(2026, 11, 22, 23, tzinfo=UTC)
    clock.move_to(ana.now)
    with pytest.raises(NotFound, match="expired"):
        read_by(tess, grant_id)
    later = browser_of(ana)
    assert "22 November 2026" in later.get(f"/sharing/{grant_id}").text
    answer = later.post(
        f"/sharing/{grant_id}", scopes=["journal"], not_after="", password=people.PASSWORD
    )
    assert answer.status_code == 409
    assert "ask for a new invitation" in answer.text
    assert later.grant().status == "expired"


def test_changing_what_is_over_changes_nothing(phone, grant_id):
    phone.post(f"/sharing/{grant_id}/revocation")
    before = phone.grant()
    answer = phone.post(f"/sharing/{grant_id}", scopes=["journal"], password=people.PASSWORD)
    assert answer.status_code == 409
    assert "invitation" in answer.text
    assert phone.grant() == before
    assert phone.get(f"/sharing/{grant_id}").status_code == 200


def test_it_is_hidden_from_theo_and_from_another_patient(
    phone, browser_of, grant_id, theo, tess, db, site
):
    bea = people.patient(db, site, "Bea", theo, ("journal",))
    for other in (browser_of(theo), browser_of(tess), browser_of(bea)):
        missing = other.get("/no/such/page").data
        assert other.get(f"/sharing/{grant_id}").data == missing
        assert other.post(f"/sharing/{grant_id}", scopes=["journal"]).data == missing
    assert list(phone.grant().scopes) == ["journal"]
