"""What `make bench` makes of the times it took: medians, ratios, bars and the table."""

from datetime import UTC, datetime

import pytest

from bench import report, written
from bench.measured import Measured, ratio
from bench.pairs import Spent, compare, summed_up

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def round_of(*pairs):
    return [(Spent(ours, ours / 2), Spent(other, other)) for ours, other in pairs]


def test_a_round_is_its_medians_and_a_run_the_median_of_its_rounds():
    found = summed_up(
        [
            round_of((2, 1), (2, 1), (90, 1)),  # one slow try changes no median
            round_of((3, 1)),
            round_of((9, 1)),
        ]
    )
    assert (found.ratio, found.lowest, found.highest) == (3, 2, 9)
    assert (found.ours, found.other, found.own_ratio) == (3000, 1000, 1.5)


def test_both_sides_are_tried_equally_often_and_take_turns_at_being_first():
    tries = []
    compare(lambda: tries.append("ours"), lambda: tries.append("other"), pairs=2, rounds=2)
    one_round = ["ours", "other", "other", "ours"]
    assert tries == ["ours", "other", *one_round, *one_round]


@pytest.mark.parametrize(
    ("value", "bar", "at_least", "within"),
    [
        (1.3, 1.3, False, True),
        (1.31, 1.3, False, False),
        (80, 80, True, True),
        (79, 80, True, False),
        (9, None, False, None),
    ],
)
def test_a_bar_is_kept_up_to_the_bar_itself(value, bar, at_least, within):
    assert Measured("", value, value, value, "x", bar, at_least).within is within


def test_a_row_says_a_broken_bar_in_plain_sight():
    found = ratio("Saving", summed_up([round_of((3, 1))]), 1.3)
    assert report.line(found) == (
        "| Saving | 3.00 x | 3.00 to 3.00 | at most 1.3 x | **no** "
        "| 3000.0 ms, yardstick 1000.0 ms; own work 1.50 x |"
    )


def test_the_page_keeps_what_people_wrote_around_the_table():
    page = f"# What it costs\n\n{report.BEGIN}\nold\n{report.END}\n\n## How\n"
    once = report.between_markers(page, "new")
    assert once == f"# What it costs\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n\n## How\n"
    assert report.between_markers(once, "new") == once


@pytest.mark.parametrize("page", ["", report.BEGIN, f"{report.BEGIN}{report.END}" * 2])
def test_a_page_without_its_markers_is_left_alone(page):
    with pytest.raises(ValueError, match="marker"):
        report.between_markers(page, "new")


def test_the_words_are_the_same_at_every_run_and_three_hundred_each():
    made = written.entries(5, until=NOW)
    assert made == written.entries(5, until=NOW)
    assert {len(one.content["body"].split()) for one in made} == {written.WORDS_EACH}
    assert [one.at for one in made] == sorted(one.at for one in made)


def test_the_rare_word_stands_in_few_entries_and_is_no_common_one():
    made = written.entries(2 * written.RARE_EVERY, until=NOW)
    found = [one for one in made if written.RARE in one.content["body"].casefold()]
    assert len(found) == 2
    assert written.RARE not in written.WORDS
