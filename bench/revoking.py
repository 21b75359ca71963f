"""Ending a consent over every entry, beside sealing the same bytes anew and nothing else."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from bench import browser
from bench.clinic import Clinic
from bench.measured import Measured, ratio
from bench.pairs import ROUNDS, Spent, summed_up, timed
from journal.core.models import Record
from journal.crypto import primitives
from journal.db import set_up_sqlite

BATCH = 500
BAR = 4
AAD = bytes(66)
Boxes = list[tuple[bytes, bytes]]


def all_of(clinic: Clinic) -> Iterator[Measured]:
    """Yield revocation's ratios; each round gives the consent again."""
    many = browser.of_journal(clinic.ours, clinic.many)
    key, bodies = primitives.make_key(), _bodies(clinic)
    boxes = [(name, primitives.aes_seal(key, body, AAD)) for name, body in bodies]
    kept = _keep(clinic.settings.instance_path / "bare.sqlite3", boxes)
    rounds: list[tuple[Spent, Spent, Spent]] = []
    for _ in range(ROUNDS):
        grant_id = clinic.given()
        rounds.append(
            (
                timed(lambda grant=grant_id: _revoke(many, grant)),  # type: ignore[misc]
                timed(lambda: [_again(key, box) for _, box in boxes]),
                timed(lambda: _again_kept(key, kept)),
            )
        )
        clinic.give()
    kept.close()
    size = sum(len(body) for _, body in bodies) / 1e6
    said = f"re-encryption of {len(boxes):,} bodies, {size:.0f} MB,"
    bare = summed_up([[(ours, bare)] for ours, bare, _ in rounds])
    yield ratio("Revocation, beside bare re-encryption in memory", bare, BAR, f"{said} in memory")
    stored = summed_up([[(ours, stored)] for ours, _, stored in rounds])
    yield ratio(
        "Revocation, beside bare re-encryption that is kept", stored, None, f"{said} in a table"
    )


def _revoke(visitor: browser.Browser, grant_id: UUID) -> None:
    visitor.post(f"/sharing/{grant_id}/revocation", {})


def _bodies(clinic: Clinic) -> Boxes:
    owner = clinic.many.root.account_id
    with clinic.parts.database.session() as db:
        found = select(Record.id, Record.body).where(Record.account_id == owner)
        return [(row.id.bytes, row.body) for row in db.execute(found)]


def _again(key: bytes, box: bytes) -> bytes:
    return primitives.aes_seal(key, primitives.aes_open(key, box, AAD), AAD)


def _keep(path: Path, boxes: Boxes) -> sqlite3.Connection:
    """Lay the boxes into a table of their own, as durable as the journal's."""
    connection = sqlite3.connect(path)
    set_up_sqlite(connection, None)
    connection.execute("CREATE TABLE boxes (id BLOB PRIMARY KEY, box BLOB)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO boxes VALUES (?, ?)", boxes)
    connection.execute("COMMIT")
    return connection


def _again_kept(key: bytes, connection: sqlite3.Connection) -> None:
    after = b""
    while True:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute(
            "SELECT id, box FROM boxes WHERE id > ? ORDER BY id LIMIT ?", (after, BATCH)
        ).fetchall()
        connection.executemany(
            "UPDATE boxes SET box = ? WHERE id = ?",
            [(_again(key, box), name) for name, box in found],
        )
        connection.execute("COMMIT")
        if len(found) < BATCH:
            return
        after = found[-1][0]
