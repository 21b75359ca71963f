"""Giving a consent: what it costs beside opening the password's slot, which is the signature."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from bench.clinic import Clinic, Person
from bench.measured import Measured
from bench.pairs import ROUNDS, Spent, timed
from journal import clock
from journal.core import consent, rotation, scopes, strata
from journal.core.consent import Choice
from journal.core.scopes import SHAREABLE

STRATA, TRIES, BAR = 4, 3, 10


def all_of(clinic: Clinic) -> Iterator[Measured]:
    """Yield what the widest consent costs beyond the step-up, in milliseconds."""
    rounds = [_one_round(clinic, f"giver{turn}") for turn in range(ROUNDS)]
    wall = sorted(spent.wall for spent in rounds)
    own = sorted(spent.own for spent in rounds)[ROUNDS // 2]
    yield Measured(
        f"Giving six scopes over {STRATA * len(SHAREABLE)} stratum keys, beyond the step-up",
        1000 * wall[ROUNDS // 2],
        1000 * wall[0],
        1000 * wall[-1],
        "ms",
        bar=BAR,
        note=f"statement, keys, receipt and commit; own work {1000 * own:.1f} ms",
    )


def _one_round(clinic: Clinic, name: str) -> Spent:
    """Return the median of some tries by somebody new: each try adds statements to her grant."""
    person = clinic.new_patient(name)
    grant_id = _cut(clinic, person)
    tries = [_beyond(clinic, person, grant_id) for _ in range(TRIES)]
    return sorted(tries, key=lambda spent: spent.wall)[TRIES // 2]


def _cut(clinic: Clinic, person: Person) -> UUID:
    """Cut every scope into strata, as so many consents "from now on" would have done."""
    with clinic.parts.database.session() as db:
        for name, scope_id in scopes.ids(db, person.keyring).items():
            for _ in range(STRATA - 1 if name in SHAREABLE else 0):
                strata.open_stratum(db, person.keyring, scope_id, [])
        db.commit()
        [living] = consent.all_grants(db, person.keyring, now=clock.now())
    return living.id


def _beyond(clinic: Clinic, person: Person, grant_id: UUID) -> Spent:
    """Take everything back, then give it all: what that takes with the root key at hand."""
    everything = Choice(SHAREABLE, "everything")
    with clinic.parts.database.session() as db:
        consent.change(db, person.keyring, grant_id, Choice(()), now=clock.now())
        db.commit()
        rotation.finish(db, person.keyring, now=clock.now())
    with clinic.parts.database.session() as db:
        root = replace(person.root, scope_keys={})

        def give() -> None:
            consent.change(db, root, grant_id, everything, now=clock.now())
            db.commit()

        return timed(give)
