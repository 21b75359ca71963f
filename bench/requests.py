"""The measures of single requests, each beside the yardstick's, both on the same server."""

from collections.abc import Callable, Iterator
from random import Random
from unittest import mock
from uuid import uuid4

from flask import Flask

from bench import browser, sides, written
from bench.clinic import PASSWORD, Clinic, Person
from bench.measured import Measured, ratio
from bench.pairs import ROUNDS, Compared, Spent, compare, summed_up, timed
from bench.sides import Browser
from journal.crypto import keyslot, primitives

SIGN_INS = 5


def all_of(clinic: Clinic) -> Iterator[Measured]:
    """Yield every measure of a request; what writes comes last."""
    with sides.both(clinic) as (ours, yardstick):
        many = sides.of_journal(ours, clinic.many)
        few = sides.of_journal(ours, clinic.few)
        plain = sides.of_yardstick(yardstick, clinic.plain, clinic.many.root.account_id)
        yield from _reading(clinic, many, few, plain)
        yield ratio("Saving a check-in", _saving("/check-ins/new", _check_in, many, plain), 1.3)
        yield ratio("Saving a 300-word entry", _saving("/entries/new", _entry, many, plain), 1.3)
    yield signing_in(clinic.ours, clinic.many)


def _reading(clinic: Clinic, many: Browser, few: Browser, plain: Browser) -> Iterator[Measured]:
    newest = _page("/entries", many, plain, 20)
    yield ratio("The newest twenty of 10,000 entries", newest, 1.6)
    at_few = compare(
        lambda: many.get("/entries"),
        lambda: few.get("/entries"),
        pairs=20,
        clocks=(many.own, few.own),
    )
    yield ratio("The newest twenty of 10,000, beside those of 100", at_few, 1.2, "of 100")
    one = _page(f"/entries/{clinic.entries[-1].id}", many, plain, 30)
    yield ratio("One entry", one, 1.5)
    rare = _page(f"/entries?q={written.RARE}", many, plain, 3)
    yield ratio("A rare word over 10,000 entries", rare, 1.4, "plain-text scan")
    yield ratio("A 30-day picture", _page("/trends?days=30", many, plain, 20), 1.6)


def _page(path: str, ours: Browser, plain: Browser, pairs: int) -> Compared:
    return compare(
        lambda: ours.get(path),
        lambda: plain.get(path),
        pairs=pairs,
        clocks=(ours.own, plain.own),
    )


def _saving(
    path: str, fields: Callable[[], dict[str, object]], ours: Browser, plain: Browser
) -> Compared:
    return compare(
        lambda: ours.post(path, fields()),
        lambda: plain.post(path, fields()),
        pairs=30,
        clocks=(ours.own, plain.own),
    )


def _check_in() -> dict[str, object]:
    scores = {"mood": 6, "anxiety": 3, "energy": 5, "connection": 7}
    note = "Slept well, then a long walk by the river with a friend."
    return {
        **scores,
        "client_id": str(uuid4()),
        "sleep_hours": "7.5",
        "tags": "garden",
        "note": note,
    }


def _entry() -> dict[str, object]:
    return {
        "client_id": str(uuid4()),
        "audience": "journal",
        "title": "A day by the river",
        "body": written.body(Random(written.SEED)),  # noqa: S311 - no secret
        "tags": "garden, sleep",
    }


def signing_in(app: Flask, person: Person) -> Measured:
    """Return how much of a sign-in is Argon2id, in percent; a new browser each time."""
    stretch = primitives.argon2id
    inside: list[Spent] = []

    def watched(password: str, salt: bytes, ad: bytes) -> bytes:
        made: list[bytes] = []
        inside.append(timed(lambda: made.append(stretch(password, salt, ad))))
        return made[0]

    def pair() -> tuple[Spent, Spent]:
        visitor = browser.Browser(app).read_token("/sign-in")
        whole = timed(
            lambda: visitor.post("/sign-in", {"email": person.email, "password": PASSWORD})
        )
        return inside.pop(), whole

    with mock.patch.object(keyslot, "argon2id", watched):
        pair()
        found = summed_up([[pair() for _ in range(SIGN_INS)] for _ in range(ROUNDS)])
    return Measured(
        "Argon2id's part of signing in",
        100 * found.ratio,
        100 * found.lowest,
        100 * found.highest,
        "%",
        bar=80,
        at_least=True,
        note=f"{found.ours:.0f} ms of {found.other:.0f} ms",
    )
