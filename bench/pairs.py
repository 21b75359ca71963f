"""Timing two things in turn, so that what else the machine does falls on both."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5
Act = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Spent:
    """What one act took, in seconds: by the clock on the wall, and of its program's own work."""

    wall: float
    own: float


@dataclass(frozen=True, slots=True)
class Compared:
    """Two acts over several rounds; times are medians in milliseconds.

    ratio: the median of the rounds' ratios by the wall clock; lowest, highest: their spread;
    own_ratio: the same of the programs' own work, which another's load does not lengthen.
    """

    ours: float
    other: float
    ratio: float
    lowest: float
    highest: float
    own_ratio: float


def timed(act: Act, clock: Clock = time.process_time) -> Spent:
    """Return what one act took; clock: of the program that does it."""
    own, wall = clock(), time.perf_counter()
    act()
    wall = time.perf_counter() - wall
    return Spent(wall, clock() - own)


def compare(
    ours: Act,
    other: Act,
    *,
    pairs: int,
    rounds: int = ROUNDS,
    clocks: tuple[Clock, Clock] = (time.process_time, time.process_time),
) -> Compared:
    """Time both in turn, `pairs` times in each of the rounds, after one untimed try of each."""
    ours()
    other()
    return summed_up([one_round(ours, other, pairs, clocks) for _ in range(rounds)])


def one_round(
    ours: Act, other: Act, pairs: int, clocks: tuple[Clock, Clock]
) -> list[tuple[Spent, Spent]]:
    """Time pairs; who is first changes each time, since the second finds the caches changed."""
    gc.collect()
    found = []
    for turn in range(pairs):
        if turn % 2:
            later = timed(other, clocks[1])
            found.append((timed(ours, clocks[0]), later))
        else:
            found.append((timed(ours, clocks[0]), timed(other, clocks[1])))
    return found


def summed_up(rounds: Sequence[Sequence[tuple[Spent, Spent]]]) -> Compared:
    """Return medians: of each round's two sides first, then of the rounds' ratios."""
    wall = [_medians([(ours.wall, other.wall) for ours, other in one]) for one in rounds]
    own = [_medians([(ours.own, other.own) for ours, other in one]) for one in rounds]
    ratios = [ours / other for ours, other in wall]
    return Compared(
        ours=1000 * statistics.median(ours for ours, _ in wall),
        other=1000 * statistics.median(other for _, other in wall),
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        own_ratio=statistics.median(ours / other for ours, other in own),
    )


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    ours, other = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(other)
