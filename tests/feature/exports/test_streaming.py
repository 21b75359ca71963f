"""An export on its way: little memory, no lock, no session left behind, no silent end."""

from __future__ import annotations

import tracemalloc
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.exc import OperationalError

from journal.core import scopes
from journal.core.models import Record
from journal.core.positions import GAP
from journal.core.sealing import Body, seal_body
from journal.features.exports import queries
from journal.features.exports.places import SHARE
from tests.feature.exports.conftest import Exported, export
from tests.people import NOW, PASSWORD
from tests.town import write

MANY = 10_000
MEGABYTE = 1 << 20


def fill(clinic, count, body="a calm walk along the pond, again. " * 12):
    """Write many entries at once, as one import would; the doors of the core take minutes."""
    keyring = clinic.keyring("ana")
    with clinic.town.database.session() as db:
        address = scopes.current(db, keyring, scopes.id_of(db, keyring, "private"))
        key = scopes.key_at(db, keyring, address)
        padded = Body("entry", {"title": "t", "body": body, "tags": []}, NOW, NOW).dumps()
        rows = []
        for at in range(count):
            record_id = uuid4()
            _, wrapped, sealed = seal_body(keyring.account_id, key, address, record_id, 1, padded)
            rows.append(
                {
                    "account_id": keyring.account_id,
                    "id": record_id,
                    "scope_id": address.scope_id,
                    "position": -(at + 1) * GAP,
                    "stratum": address.stratum,
                    "generation": address.generation,
                    "version": 1,
                    "wrapped_key": wrapped,
                    "body": sealed,
                }
            )
        db.execute(insert(Record), rows)
        db.commit()


def test_ten_thousand_entries_take_little_memory(clinic, tmp_path):
    fill(clinic, MANY)
    path = tmp_path / "export.zip"
    tracemalloc.start()
    with path.open("wb") as file:
        for piece in clinic.stream():
            file.write(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    found = Exported(path.read_bytes())
    assert sum(name.endswith(".md") for name in found.names) == MANY + 4
    assert peak < 20 * MEGABYTE


def test_the_longest_entries_are_opened_a_few_at_a_time(clinic):
    fill(clinic, 40, "🌊" * 200_000)
    tracemalloc.start()
    for _ in clinic.stream():
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * MEGABYTE


def test_nothing_is_held_open_between_two_pieces(clinic):
    fill(clinic, 400, "".join(str(uuid4()) for _ in range(100)))
    pieces = 0
    for _ in clinic.stream():
        pieces += 1
        assert clinic.open_connections() == 0
        if pieces == 3:
            write(clinic.town.ana, "written while the export is on its way")
    assert pieces > 5


def test_who_hangs_up_leaves_nothing_behind(clinic):
    fill(clinic, 400, "".join(str(uuid4()) for _ in range(100)))
    answer = clinic.town.ana.client.post(
        "/account/export", data={"password": PASSWORD, "csrf_token": clinic.town.ana.token}
    )
    pieces = answer.iter_encoded()
    assert next(pieces)
    answer.close()
    assert clinic.open_connections() == 0
    assert clinic.town.ana.get("/today").status_code == 200


@pytest.mark.parametrize("table", [False, True])
def test_an_end_too_early_is_told_in_the_zip(clinic, monkeypatch, table):
    clinic.write([{"mood": at, "note": "n", "tags": []} for at in range(5)], "check-in")
    real, asked = queries.Own._several, []

    def fails(own, record_ids):
        asked.append(record_ids)
        if len(asked) > table:
            raise OperationalError("SELECT", {}, Exception("secret words"))
        return real(own, record_ids)

    monkeypatch.setattr(queries.Own, "_several", fails)
    answer = clinic.town.ana.submit("/account/export", password=PASSWORD)
    found = Exported(answer.data)
    assert found.names[-2:] == ["ERROR.txt", "README.txt"]
    assert "not everything is in it" in found.text("ERROR.txt")
    assert "secret words" not in found
    assert clinic.open_connections() == 0


def test_what_is_erased_on_the_way_is_left_out_and_the_rest_comes(clinic):
    own = clinic.own()
    sizes = own.record_sizes()
    with clinic.town.database.session() as db:
        db.execute(delete(Record).where(Record.id == sizes[0][0]))
        db.commit()
    assert [one.id for one in own.opened(sizes)] == [record_id for record_id, _ in sizes[1:]]


def test_a_record_whose_key_was_replaced_between_two_reads_is_read_again(clinic, monkeypatch):
    real, asked = queries.Own._several, []

    def once_closed(own, record_ids):
        found = real(own, record_ids)
        asked.append(record_ids)
        if len(asked) == 1:
            closed = queries.Opened(record_ids[0], "", "private", 1, NOW, NOW, {}, readable=False)
            found[record_ids[0]] = closed
        return found

    monkeypatch.setattr(queries.Own, "_several", once_closed)
    own = clinic.own()
    assert all(one.readable for one in own.opened(own.record_sizes()))
    assert len(asked[1]) == 1


def test_batches_are_light_and_lose_nothing():
    sizes = [(uuid4(), size) for size in [10, 2 * MEGABYTE, 5, *[1000] * 250, MEGABYTE]]
    found = list(queries.batches(sizes))
    assert [one for some in found for one in some] == [one for one, _ in sizes]
    weights = dict(sizes)
    for some in found:
        assert len(some) <= queries.MOST_AT_ONCE
        assert len(some) == 1 or sum(weights[one] for one in some) <= queries.HEAVIEST_AT_ONCE


def test_slow_readers_never_hold_every_thread(clinic):
    fill(clinic, 400, "".join(str(uuid4()) for _ in range(100)))
    places = clinic.town.settings.blocking_threads // SHARE
    ana = clinic.town.ana
    typed = {"password": PASSWORD, "csrf_token": ana.token}
    held = [ana.client.post("/account/export", data=typed) for _ in range(places)]
    assert {answer.status_code for answer in held} == {200}
    full = ana.client.post("/account/export", data=typed)
    assert (full.status_code, full.headers["Retry-After"]) == (503, "120")
    assert "Many exports are on their way" in full.text
    assert ana.get("/today").status_code == 200
    held.pop().close()
    again = ana.client.post("/account/export", data=typed)
    assert again.status_code == 200
    for answer in (*held, again):
        answer.close()
    assert len(export(ana).records()) == 406
