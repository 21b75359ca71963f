"""Ending a consent over every entry, beside re-encrypting the same records and nothing else."""

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
from journal.core.rotation import BATCH
from journal.crypto import primitives
from journal.db import set_up_sqlite

BAR = 4
AAD = bytes(66)
Box = tuple[bytes, bytes]  # a content key under the scope's, a body under that content key


def all_of(clinic: Clinic) -> Iterator[Measured]:
    """Yield revocation's ratios; each round gives the consent again."""
    many = browser.of_journal(clinic.ours, clinic.many)
    scope, bodies = primitives.aes(primitives.make_key()), _bodies(clinic)
    boxes = [_seal(scope, body) for body in bodies]
    kept = _keep(clinic.settings.instance_path / "bare.sqlite3", boxes)
    rounds: list[tuple[Spent, Spent, Spent]] = []
    for _ in range(ROUNDS):
        grant_id = clinic.given()
        rounds.append(
            (
                timed(lambda grant=grant_id: _revoke(many, grant)),  # type: ignore[misc]
                timed(lambda: [_again(scope, *box) for box in boxes]),
                timed(lambda: _again_kept(scope, kept)),
            )
        )
        clinic.give()
    kept.close()
    size = sum(map(len, bodies)) / 1e6
    said = f"re-encryption of {len(boxes):,} bodies, {size:.0f} MB, and their keys"
    bare = summed_up([[(ours, bare)] for ours, bare, _ in rounds])
    yield ratio("Revocation, beside bare re-encryption in memory", bare, BAR, f"{said} in memory")
    stored = summed_up([[(ours, stored)] for ours, _, stored in rounds])
    yield ratio(
        "Revocation, beside bare re-encryption that is kept", stored, None, f"{said} in a table"
    )


def _revoke(visitor: browser.Browser, grant_id: UUID) -> None:
    visitor.post(f"/sharing/{grant_id}/revocation", {})


def _bodies(clinic: Clinic) -> list[bytes]:
    owner = clinic.many.root.account_id
    with clinic.parts.database.session() as db:
        return list(db.scalars(select(Record.body).where(Record.account_id == owner)))


def _seal(scope: primitives.Cipher, body: bytes) -> Box:
    key, nonce = primitives.make_key(), primitives.make_bytes(primitives.NONCE_BYTES)
    return nonce + scope.encrypt(nonce, key, AAD), primitives.aes_seal(key, body, AAD)


def _again(scope: primitives.Cipher, wrapped: bytes, box: bytes) -> Box:
    """What re-encryption can't do without: open key and body, seal both anew."""
    return _seal(scope, primitives.aes_open_wrapped(scope, wrapped, AAD, box, AAD))


def _keep(path: Path, boxes: list[Box]) -> sqlite3.Connection:
    """Lay the boxes into a table of their own, as durable as the journal's."""
    connection = sqlite3.connect(path)
    set_up_sqlite(connection, None)
    connection.execute("CREATE TABLE boxes (id INTEGER PRIMARY KEY, wrapped BLOB, box BLOB)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO boxes (wrapped, box) VALUES (?, ?)", boxes)
    connection.execute("COMMIT")
    return connection


def _again_kept(scope: primitives.Cipher, connection: sqlite3.Connection) -> None:
    after, more = 0, True
    while more:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute(
            "SELECT id, wrapped, box FROM boxes WHERE id > ? ORDER BY id LIMIT ?", (after, BATCH)
        ).fetchall()
        connection.executemany(
            "UPDATE boxes SET wrapped = ?, box = ? WHERE id = ?",
            [(*_again(scope, wrapped, box), name) for name, wrapped, box in found],
        )
        connection.execute("COMMIT")
        more = len(found) == BATCH
        after = found[-1][0] if found else after
