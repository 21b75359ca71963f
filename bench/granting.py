"""Giving a consent: what it costs beside opening the password's slot, which is the signature."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest import mock
from uuid import UUID

from bench import browser
from bench.browser import Browser
from bench.clinic import PASSWORD, Clinic, Person
from bench.measured import Measured
from bench.pairs import ROUNDS, timed
from journal import clock
from journal.core import accounts, consent, rotation, scopes, strata
from journal.core.consent import Choice
from journal.core.scopes import SHAREABLE

STRATA, TRIES, BAR = 4, 3, 10


def all_of(clinic: Clinic) -> Iterator[Measured]:
    """Yield what the widest consent costs beyond the step-up, in milliseconds."""
    rounds = sorted(_one_round(clinic, f"giver{turn}") for turn in range(ROUNDS))
    yield Measured(
        f"Giving six scopes over {STRATA * len(SHAREABLE)} stratum keys, beyond the step-up",
        rounds[ROUNDS // 2],
        rounds[0],
        rounds[-1],
        "ms",
        bar=BAR,
        note="the whole answer, commit included, without opening the password's slot",
    )


def _one_round(clinic: Clinic, name: str) -> float:
    """Return the median of some tries by somebody new: each try adds statements to her grant."""
    person = clinic.new_patient(name)
    visitor = browser.of_journal(clinic.ours, person)
    grant_id = _cut(clinic, person)
    tries = [_beyond(clinic, person, visitor, grant_id) for _ in range(TRIES)]
    return sorted(tries)[TRIES // 2]


def _cut(clinic: Clinic, person: Person) -> UUID:
    """Cut every scope into strata, as so many consents "from now on" would have done."""
    with clinic.parts.database.session() as db:
        for name, scope_id in scopes.ids(db, person.keyring).items():
            for _ in range(STRATA - 1 if name in SHAREABLE else 0):
                strata.open_stratum(db, person.keyring, scope_id, [])
        db.commit()
        [living] = consent.all_grants(db, person.keyring, now=clock.now())
    return living.id


def _beyond(clinic: Clinic, person: Person, visitor: Browser, grant_id: UUID) -> float:
    """Take everything back, give it all, and return what that took beyond the step-up, in ms."""
    with clinic.parts.database.session() as db:
        consent.change(db, person.keyring, grant_id, Choice(()), now=clock.now())
        db.commit()
        rotation.finish(db, person.keyring, now=clock.now())
    inside: list[float] = []
    fields: dict[str, object] = {
        "scopes": list(SHAREABLE),
        "since": "everything",
        "password": PASSWORD,
    }
    with mock.patch.object(accounts, "step_up", partial(_watched, inside, accounts.step_up)):
        whole = timed(lambda: visitor.post(f"/sharing/{grant_id}", fields)).wall
    return 1000 * (whole - sum(inside))


def _watched(inside: list[float], real: Any, *given: Any, **named: Any) -> Any:
    found: list[Any] = []
    inside.append(timed(lambda: found.append(real(*given, **named))).wall)
    return found[0]
