"""Somebody asks the sign-in pages who is here, with a stopwatch: known and unknown take as long.

Known and unknown addresses by turns, at the real cost of a password, compared as two samples.
The program's own work is timed, which somebody else's load on the machine does not lengthen.
Red when `slots._slot_row` makes no stand-in for a slot that is not there.
"""

import statistics
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from journal.core import models
from journal.crypto import keyslot
from tests import passwords
from tests.hardening.clinic import LONG
from tests.town import Town, email
from tests.visitors import Visitor

KIT = keyslot.render_kit(bytes(range(20)))
WRONG = "seven loud geese at noon"
PAIRS = {"/sign-in": 150 if LONG else 7, "/recovery": 1000 if LONG else 40}
# An answer without the work of the other takes half as long or less; many samples tell more.
APART = 0.04 if LONG else 0.25
# By chance once in two million runs; a tenth of the spread between the two shows at 1,000.
MOST_Z = 5.0


@pytest.fixture
def real_work() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        passwords.stretch_by(patch, passwords.REAL)
        yield


@pytest.mark.usefixtures("real_work")
@pytest.mark.parametrize(("path", "more"), [("/sign-in", {}), ("/recovery", {"kit": KIT})])
def test_known_and_unknown_addresses_take_as_long(
    town: Town, path: str, more: dict[str, str]
) -> None:
    browser, asked = town.stranger, {**more, "password": WRONG}
    known, unknown = [], []
    for turn in range(PAIRS[path]):
        pair = [(known, email(("ana", "tess")[turn % 2])), (unknown, f"no{turn}@example.org")]
        # Who is first finds the caches as the one before has left them.
        for spent, address in pair if turn % 2 else reversed(pair):
            spent.append(own_work(town, browser, path, email=address, **asked))
    known, unknown = known[2:], unknown[2:]
    medians = statistics.median(known), statistics.median(unknown)
    apart = abs(medians[0] - medians[1]) / max(medians)
    assert apart < APART, medians
    assert abs(mann_whitney_z(known, unknown)) < MOST_Z


def test_the_measure_tells_two_samples_apart() -> None:
    some = [1 + turn / 1000 for turn in range(100)]
    assert mann_whitney_z(some, some) == 0
    assert abs(mann_whitney_z(some, [one + 0.05 for one in some])) > MOST_Z


def own_work(town: Town, browser: Visitor, path: str, **typed: str) -> float:
    """Seconds of this program's own work, all threads, for one wrong guess."""
    with town.database.session() as db:
        db.execute(delete(models.Throttle))
        db.commit()
    assert browser.token
    begun = time.process_time()
    answer = browser.post(path, **typed)
    spent = time.process_time() - begun
    assert answer.status_code == 422
    return spent


def mann_whitney_z(one: list[float], other: list[float]) -> float:
    """How many standard deviations the rank sum lies from that of two equal samples."""
    wins = sum((a > b) + (a == b) / 2 for a in one for b in other)
    size = len(one) * len(other)
    return (wins - size / 2) / (size * (len(one) + len(other) + 1) / 12) ** 0.5
