"""One bit of a sealed column is flipped; then both people open every page they have.

Red when CryptoError passes a route (`errors.register` knows none), or when one damaged row hides
its neighbours (`_open_or_placeholder`, a template that reads a field of a placeholder).
"""

from __future__ import annotations

import pytest
from sqlalchemy import and_, select, update
from sqlalchemy.exc import IntegrityError

from journal.base import Base
from tests import thief
from tests.attack.test_wrong_person import LATER, addresses
from tests.people import NOBODYS
from tests.town import TYPED, Town
from tests.visitors import Visitor

COLUMNS = sorted(set(thief.ENVELOPES) | thief.OTHERWISE - {"throttles.key"})
# Where one row is damaged and its neighbours, of the same or another person, are sound.
SHARED = [one for one in COLUMNS if one.startswith(("records", "grant", "receipts", "accounts"))]
CALM = {200, 204, 303, 401, 404, 409}


def flip(town: Town, column: str, at: int, *, every: bool) -> None:
    """Turn one bit in the first row of a column, or in all of its rows."""
    table_name, column_name = column.split(".")
    table = Base.metadata.tables[table_name]
    with town.database.session() as db:
        rows = [row for row in db.execute(select(table)).all() if getattr(row, column_name)]
        for row in rows if every else rows[:1]:
            changed = bytearray(getattr(row, column_name))
            changed[at] ^= 1
            mine = and_(*(part == getattr(row, part.name) for part in table.primary_key))
            try:
                db.execute(update(table).where(mine).values({column_name: bytes(changed)}))
            except IntegrityError:
                pytest.skip("the database itself holds on to this one")
        db.commit()


def pages(town: Town) -> list[tuple[Visitor, str]]:
    found = addresses(town, town.made | dict.fromkeys(LATER, NOBODYS))
    gets = [(path, who) for method, path, who in found if method == "GET"]
    gets += [(f"/entries/{town[name]}", "patient") for name in ("journal", "shared")]
    gets += [(f"/entries/new?draft={town['draft']}", "patient"), ("/entries?q=a", "patient")]
    patients = [(town.ana, path) for path, who in gets if who != "therapist"]
    therapists = [(town.tess, path) for path, who in gets if who != "patient"]
    return [*patients, *therapists, (town.stranger, town["link"]), (town.stranger, "/healthz")]


def writes(town: Town) -> list[tuple[Visitor, str, dict[str, object]]]:
    entry = f"/entries/{town['shared']}"
    return [
        (town.ana, "/entries/new", {"body": "written after all"}),
        (town.ana, "/entries/new", {"body": "for Tess", "audience": "journal"}),
        (town.ana, "/check-ins/new", {"mood": 5}),
        (town.ana, f"{entry}/edit", {"body": "changed", "version": 1}),
        (town.ana, f"/drafts/{town['draft']}", {"body": "further"}),
        (town.ana, f"{entry}/shares", {"grant": town["grant"]}),
        (town.ana, f"/sharing/{town['grant']}", {"scopes": ["journal"], "since": "now"}),
        (town.ana, f"{entry}/deletion", {}),
        (town.tess, "/caseload/invitations/new", {"label": "further"}),
        (town.ana, f"/sharing/{town['grant']}/revocation", {}),
    ]


@pytest.mark.parametrize(
    ("column", "every"),
    [*((column, True) for column in COLUMNS), *((column, False) for column in SHARED)],
)
def test_every_page_stays_calm(town: Town, column: str, *, every: bool) -> None:
    tokens = [town.ana.token, town.tess.token]
    assert all(tokens)
    flip(town, column, -1, every=every)
    for visitor, path in pages(town):
        answer = visitor.get(path)
        assert answer.status_code in CALM, (path, answer.status_code)
    if every:
        for visitor, path, typed in writes(town):
            answer = visitor.post(path, **typed)
            assert answer.status_code in CALM | {422}, (path, answer.status_code)
    assert town.stranger.get("/sign-in").status_code == 200


@pytest.mark.parametrize("column", ["records.body", "records.wrapped_key"])
@pytest.mark.parametrize("damaged", ["private", "journal", "shared", "check_in", "draft"])
def test_the_neighbours_of_a_damaged_record_still_show(
    town: Town, column: str, damaged: str
) -> None:
    from uuid import UUID, uuid5

    record = UUID(town[damaged])
    record = uuid5(record, "draft") if damaged == "draft" else record
    table, name = Base.metadata.tables["records"], column.split(".")[1]
    with town.database.session() as db:
        value = bytearray(
            db.execute(select(table.c[name]).where(table.c.id == record)).scalar_one()
        )
        value[-1] ^= 1
        db.execute(update(table).where(table.c.id == record).values({name: bytes(value)}))
        db.commit()
    listed = town.ana.get("/entries").text
    for other in {"private", "journal", "shared", "draft"} - {damaged}:
        assert TYPED[other].split()[-1] in listed, other
    for visitor, path in pages(town):
        assert visitor.get(path).status_code in CALM, path
    caseload = town.tess.get(f"/patients/{town['grant']}")
    assert caseload.status_code == 200
    if damaged != "shared":
        assert TYPED["shared_title"] in caseload.text
    town.ana.arrive("/entries/new", body="written beside the damage")
    assert "written beside the damage" in town.ana.get("/entries").text


def test_a_damaged_grant_of_one_reader_hides_nothing_of_the_others(town: Town) -> None:
    flip(town, "grants.kept_key", -1, every=True)
    flip(town, "grants.names", -1, every=True)
    assert TYPED["private"].split()[-1] in town.ana.get("/entries").text
    assert town.ana.get(f"/entries/{town['private']}").status_code == 200
    assert town.ana.get("/today").status_code == 200
    assert town.tess.get("/caseload").status_code == 200
