"""Every instrument against tables that were worked out by hand, from docs/measures.md."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.features.measures import rules, scoring
from journal.features.measures.rules import RULES
from journal.features.measures.scoring import Change, Incomplete, Scored

# Each line: the instrument, its answers as digits, its total, the number of its range from 0.
TABLE = """
phq-9   000000000             0   0
phq-9   111111111             9   1
phq-9   222222222            18   3
phq-9   333333333            27   4
phq-9   000000013             4   0
phq-9   000000023             5   1
phq-9   300000033             9   1
phq-9   310000033            10   2
phq-9   333320000            14   2
phq-9   333330000            15   3
phq-9   333333100            19   3
phq-9   333333200            20   4
phq-9   012301230            12   2
gad-7   0000000               0   0
gad-7   1111111               7   1
gad-7   2222222              14   2
gad-7   3333333              21   3
gad-7   0000013               4   0
gad-7   0000023               5   1
gad-7   0000333               9   1
gad-7   0001333              10   2
gad-7   0033333              15   3
gad-7   0123012               9   1
pcl-5   00000000000000000000  0   0
pcl-5   11111111111111111111 20   0
pcl-5   22222222222222222222 40   2
pcl-5   33333333333333333333 60   2
pcl-5   44444444444444444444 80   2
pcl-5   44444442000000000000 30   0
pcl-5   44444443000000000000 31   1
pcl-5   44444444100000000000 33   1
pcl-5   44444444200000000000 34   2
pcl-5   01234012340123401234 40   2
who-5   00000                 0   0
who-5   11111                20   0
who-5   22222                40   1
who-5   33333                60   2
who-5   44444                80   2
who-5   55555               100   2
who-5   11122                28   0
who-5   11222                32   1
who-5   22233                48   1
who-5   22333                52   2
who-5   01234                40   1
brs     111111            3.00    1
brs     222222            3.00    1
brs     333333            3.00    1
brs     444444            3.00    1
brs     555555            3.00    1
brs     151515            1.00    0
brs     515151            5.00    2
brs     424242            4.00    1
brs     242424            2.00    0
brs     323333            3.17    1
brs     343333            2.83    0
brs     525142            4.50    2
brs     525151            4.83    2
brs     524151            4.67    2
brs     524142            4.33    2
brs     424142            4.17    1
brs     515242            4.50    2
audit-c 000                   0   0
audit-c 111                   3   1
audit-c 222                   6   2
audit-c 333                   9   2
audit-c 444                  12   2
audit-c 200                   2   0
audit-c 201                   3   1
audit-c 202                   4   2
audit-c 043                   7   2
cadss   00000000000000000000000  0 -
cadss   11111111111111111111111 23 -
cadss   22222222222222222222222 46 -
cadss   33333333333333333333333 69 -
cadss   44444444444444444444444 92 -
cadss   01234012340123401234012 43 -
staying 0000                  0   -
staying 4444                 16   -
staying 0123                  6   -
relief  7                     7   -
"""
LINES = [line.split() for line in TABLE.split("\n") if line]
EVERY = list(RULES.values())


@pytest.mark.parametrize(("instrument", "digits", "total", "band"), LINES)
def test_the_table(instrument: str, digits: str, total: str, band: str) -> None:
    found = scoring.score(RULES[instrument], [int(digit) for digit in digits])
    assert isinstance(found, Scored)
    assert found.total == Decimal(total)
    assert found.band == (None if band == "-" else int(band))


def test_every_published_instrument_is_in_the_table_at_each_level() -> None:
    for rule in rules.PUBLISHED.values():
        for level in rule.levels:
            assert any(one[:2] == [rule.id, str(level) * rule.items] for one in LINES), rule.id


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_no_total_when_any_one_item_is_missing(rule: rules.Rule) -> None:
    for missing in range(rule.items):
        answers: list[int | None] = [rule.high] * rule.items
        answers[missing] = None
        assert scoring.score(rule, answers) == Incomplete((missing + 1,))


def test_all_missing_items_are_named() -> None:
    assert scoring.score(rules.GAD_7, [1, None, 2, None, 0, 0, 0]) == Incomplete((2, 4))


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_out_of_range_is_refused_at_every_item(rule: rules.Rule) -> None:
    for number in range(rule.items):
        for wrong in (rule.low - 1, rule.high + 1, -100, 100):
            answers = [rule.low] * rule.items
            answers[number] = wrong
            with pytest.raises(ValueError, match=f"item {number + 1}"):
                scoring.score(rule, answers)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_another_number_of_items_is_refused(rule: rules.Rule) -> None:
    for count in (0, rule.items - 1, rule.items + 1):
        with pytest.raises(ValueError, match="items"):
            scoring.score(rule, [rule.low] * count)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
@given(chance=st.data())
def test_one_step_at_one_item_moves_the_total_by_its_weight(
    rule: rules.Rule, chance: st.DataObject
) -> None:
    answers = chance.draw(
        st.lists(st.sampled_from(rule.levels), min_size=rule.items, max_size=rule.items)
    )
    number = chance.draw(st.integers(0, rule.items - 1))
    answers[number] = chance.draw(st.integers(rule.low, rule.high - 1))
    more = [answer + (at == number) for at, answer in enumerate(answers)]
    before, after = scoring.score(rule, answers), scoring.score(rule, more)
    assert isinstance(before, Scored)
    assert isinstance(after, Scored)
    step = {"sum": Decimal(1), "times four": Decimal(4), "mean": Decimal(1) / 6}[rule.how]
    turned = -1 if number + 1 in rule.turned else 1
    assert abs(after.total - before.total - turned * step) <= Decimal("0.01")
    lowest, highest = rule.edges
    assert lowest <= before.total <= highest
    if rule.bands and before.total <= after.total:
        assert before.band <= after.band


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_the_ranges_cover_every_total_and_end_with_the_last(rule: rules.Rule) -> None:
    lowest, highest = rule.edges
    if rule.bands:
        assert [band.top for band in rule.bands] == sorted(band.top for band in rule.bands)
        assert rule.bands[-1].top == highest
        assert scoring.band_of(rule, Decimal(lowest)) == 0


@pytest.mark.parametrize(
    ("first", "total", "response", "remission"),
    [
        (20, 10, True, False),
        (20, 11, False, False),
        (20, 4, True, True),
        (9, 5, False, False),
        (9, 4, True, True),
        (7, 4, False, True),
        (5, 2, True, True),
        (4, 2, True, None),
        (4, 4, False, None),
        (1, 0, True, None),
        (10, 20, False, False),
        (0, 0, None, None),
        (0, 5, None, None),
    ],
)
def test_response_and_remission_of_the_phq_9(
    first: int, total: int, response: bool | None, remission: bool | None
) -> None:
    found = scoring.against(rules.PHQ_9, Decimal(first), Decimal(total))
    assert found == Change(Decimal(total - first), response, remission)


@pytest.mark.parametrize(
    ("first", "total", "moved"), [(40, 48, False), (40, 52, True), (52, 40, True)]
)
def test_a_change_of_ten_on_the_who_5(first: int, total: int, moved: bool) -> None:
    found = scoring.against(rules.WHO_5, Decimal(first), Decimal(total))
    assert found == Change(Decimal(total - first), moved=moved)


def test_a_difference_of_means_is_that_of_the_exact_ones() -> None:
    for first, last in product(range(6, 31), repeat=2):
        shown = [
            (Decimal(sum_) / 6).quantize(Decimal("0.01"), ROUND_HALF_UP) for sum_ in (first, last)
        ]
        exact = (Decimal(last - first) / 6).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert scoring.against(rules.BRS, *shown).by == exact


@pytest.mark.parametrize("rule", [one for one in EVERY if one.id not in ("phq-9", "who-5")])
def test_nothing_is_claimed_where_no_rule_is_known(rule: rules.Rule) -> None:
    low, high = map(Decimal, rule.edges)
    assert scoring.against(rule, high, low) == Change(low - high)


@pytest.mark.parametrize(
    ("instrument", "total", "good"),
    [
        ("cadss", "0", True),
        ("cadss", "92", True),
        ("cadss", "93", False),
        ("cadss", "-1", False),
        ("cadss", "4.5", False),
        ("who-5", "48", True),
        ("who-5", "50", False),
        ("brs", "3.17", True),
        ("brs", "0.9", False),
    ],
)
def test_a_total_made_elsewhere_is_checked(instrument: str, total: str, good: bool) -> None:
    if good:
        assert scoring.check_total(RULES[instrument], Decimal(total)) == Decimal(total)
    else:
        with pytest.raises(ValueError, match=RULES[instrument].name):
            scoring.check_total(RULES[instrument], Decimal(total))


def test_no_code_means_two_things() -> None:
    totals = [rule.total_code for rule in EVERY if rule.total_code]
    panels = [rule.panel_code for rule in EVERY if rule.panel_code]
    assert len({*totals, *panels}) == len(totals) + len(panels)
    assert rules.PHQ_9.total_code == "44261-6"
    assert "44260-8" not in {*totals, *panels}
    assert not {*rules.TRAPS} & {*rules.BINDING}
