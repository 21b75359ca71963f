"""Answers to a total, its range, and what moved since the first time; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from journal.features.measures.rules import PHQ_9, WHO_5, Rule

HUNDREDTH = Decimal("0.01")
REMISSION_BELOW = 5
WHO_5_MOVES = 10


@dataclass(frozen=True, slots=True)
class Scored:
    """A total, to two places where it is a mean; band: the number of its range, None without."""

    total: Decimal
    band: int | None


@dataclass(frozen=True, slots=True)
class Incomplete:
    """No total: these questions, counted from 1, have no answer."""

    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A total against the first; the three are None where no rule says anything."""

    by: Decimal
    response: bool | None = None
    remission: bool | None = None
    moved: bool | None = None


def score(rule: Rule, answers: Sequence[int | None]) -> Scored | Incomplete:
    """Score all of an instrument's answers in their order; ValueError outside its range.

    One that is missing leaves no total: nothing is filled in, and nothing scaled up.
    """
    if len(answers) != rule.items:
        raise ValueError(f"{rule.name} has {rule.items} items, not {len(answers)}")
    for number, answer in enumerate(answers, 1):
        if answer is not None and answer not in rule.levels:
            raise ValueError(f"{rule.name} item {number}: {answer} is not {rule.low}-{rule.high}")
    given = [answer for answer in answers if answer is not None]
    if len(given) < rule.items:
        return Incomplete(tuple(n for n, answer in enumerate(answers, 1) if answer is None))
    counted = [
        rule.low + rule.high - answer if number in rule.turned else answer
        for number, answer in enumerate(given, 1)
    ]
    exact = _total(rule, sum(counted))
    return Scored(_shown(exact), band_of(rule, exact))


def check_total(rule: Rule, total: Decimal) -> Decimal:
    """Return a total that was made elsewhere; ValueError for one that can't be."""
    lowest, highest = rule.edges
    if not lowest <= total <= highest:
        raise ValueError(f"{rule.name} goes from {lowest} to {highest}")
    if rule.how != "mean" and total % (4 if rule.how == "times four" else 1):
        raise ValueError(f"no answers to {rule.name} make {total}")
    return total


def band_of(rule: Rule, total: Fraction | Decimal) -> int | None:
    """Return the number of the range, from 0, that a total lies in; None without ranges."""
    exact = Fraction(total)
    return next((n for n, band in enumerate(rule.bands) if band.holds(exact)), None)


def against(rule: Rule, first: Decimal, total: Decimal) -> Change:
    """Compare a total with the first one, by those rules alone that docs/measures.md names."""
    by = _shown(_exact(rule, total) - _exact(rule, first))
    if rule is PHQ_9 and first > 0:
        # Who began below the mark has nothing to remit from.
        remission = total < REMISSION_BELOW if first >= REMISSION_BELOW else None
        return Change(by, response=-by * 2 >= first, remission=remission)
    if rule is WHO_5:
        return Change(by, moved=abs(by) >= WHO_5_MOVES)
    return Change(by)


def _total(rule: Rule, counted: int) -> Fraction:
    if rule.how == "mean":
        return Fraction(counted, rule.items)
    return Fraction(counted * (4 if rule.how == "times four" else 1))


def _exact(rule: Rule, total: Decimal) -> Fraction:
    """Undo the rounding of a mean: two that were rounded are not apart by what they are apart."""
    return (
        Fraction(round(total * rule.items), rule.items) if rule.how == "mean" else Fraction(total)
    )


def _shown(exact: Fraction) -> Decimal:
    if exact.denominator == 1:
        return Decimal(exact.numerator)
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)
