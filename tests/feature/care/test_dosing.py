"""A dose in mg and in mg/kg: worked by hand, and by whatever numbers there are."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.features.care.dosing import (
    TwoWays,
    agree,
    is_unusual,
    kg_of,
    mg_of,
    parse,
    per_kg_of,
    plain,
    thousandths,
)

MG = st.decimals("0.01", "1000", places=2)
PER_KG = st.decimals("0.01", "15", places=2)
KG = st.decimals("20", "300", places=2)

# Worked by hand: mg, kg, mg/kg to a thousandth.
BY_WEIGHT = [
    ("35", "70", "0.5"),
    ("35", "70.3", "0.498"),  # 0.49786...
    ("48", "64", "0.75"),
    ("0.5", "70", "0.007"),  # 0.00714...
    ("100", "80", "1.25"),
    ("7.49", "20", "0.375"),  # 0.3745: half goes up
    ("350", "70", "5"),
    ("2.1", "52.5", "0.04"),
]
# Worked by hand: mg/kg, kg, mg to a hundredth.
IN_ALL = [
    ("0.5", "70", "35"),
    ("0.5", "70.3", "35.15"),
    ("0.75", "64", "48"),
    ("0.33", "71.55", "23.61"),  # 23.6115
    ("1.5", "82.3", "123.45"),
    ("0.05", "55.5", "2.78"),  # 2.775: half goes up
    ("0.125", "63", "7.88"),  # 7.875
]


@pytest.mark.parametrize(("mg", "kg", "per_kg"), BY_WEIGHT)
def test_mg_by_weight(mg, kg, per_kg):
    assert plain(per_kg_of(Decimal(mg), Decimal(kg))) == per_kg


@pytest.mark.parametrize(("per_kg", "kg", "mg"), IN_ALL)
def test_mg_in_all(per_kg, kg, mg):
    assert plain(mg_of(Decimal(per_kg), Decimal(kg))) == mg


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("35", "35"),
        ("0.5", "0.5"),
        ("0,5", "0.5"),
        ("12,34", "12.34"),
        ("0,125", "0.125"),
        ("1250", "1250"),
        ("007", "7"),
        ("35.00", "35.00"),
    ],
)
def test_a_comma_and_a_point_are_the_same(text, number):
    assert str(parse(text)) == number


@pytest.mark.parametrize("text", ["1,250", "1.250", "1'250", "1 250", "12.345", "1.250,5"])
def test_what_reads_as_thousands_in_one_country_and_as_a_fraction_in_another_is_not_read(text):
    with pytest.raises(TwoWays):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-35", "+35", "1e3", "35mg", ".5", "5.", "0,5,5", "NaN", "Infinity", "3 5"),
        *("\u0663\u0665", "½", "12345", "0.1234", "0x10", "1_000"),
    ],
)
def test_anything_else_is_no_number(text):
    with pytest.raises(ValueError, match=r"^"):
        parse(text)


@given(st.text(alphabet="0123456789., '", max_size=9))
def test_whatever_is_read_is_the_number_that_the_digits_say(text):
    try:
        number = parse(text)
    except ValueError:
        return
    assert str(number) == str(Decimal(text.replace(",", ".")))
    # Kept whole: nothing of it is finer than a microgram or a gram.
    assert kg_of(thousandths(number)) == number
    assert parse(plain(number)) == number


@settings(max_examples=100)
@given(MG, KG)
def test_from_mg_by_weight_and_back_is_the_same_dose(mg, kg):
    per_kg = per_kg_of(mg, kg)
    # Half of a thousandth for each kg is lost at most, and never a digit more.
    assert abs(per_kg * kg - mg) <= kg * Decimal("0.0005")
    assert agree(mg, per_kg, kg)


@settings(max_examples=100)
@given(PER_KG, KG)
def test_from_mg_for_each_kg_and_back_is_the_same_dose(per_kg, kg):
    mg = mg_of(per_kg, kg)
    assert per_kg_of(mg, kg).quantize(Decimal("0.01")) == per_kg
    assert agree(mg, per_kg, kg)


@settings(max_examples=100)
@given(MG, PER_KG, KG)
def test_what_agrees_differs_by_less_than_its_last_digit(mg, per_kg, kg):
    if agree(mg, per_kg, kg):
        assert abs(per_kg * kg - mg) <= max(Decimal("0.005"), kg * Decimal("0.005"))


@pytest.mark.parametrize(
    ("mg", "per_kg", "kg", "same"),
    [
        ("35", "0.5", "70", True),
        ("35", "0.5", "70.3", True),  # 35.15, drawn up as 35
        ("35", "0.50", "71", True),  # 35.5 rounds to either
        ("35", "0.5", "72", False),  # 36
        ("40", "0.57", "70", True),
        ("38", "0.5", "70", False),  # 0.543 is no 0.50
        ("350", "0.5", "70", False),
        ("0.5", "35", "70", False),
    ],
)
def test_both_are_compared_as_they_would_be_rounded(mg, per_kg, kg, same):
    assert agree(Decimal(mg), Decimal(per_kg), Decimal(kg)) is same


@pytest.mark.parametrize(
    ("mg", "kg", "asked"),
    [
        ("0.5", "70", True),
        ("3.5", "70", True),
        ("7", "70", False),
        ("35", "70", False),
        ("210", "70", False),
        ("350", "70", True),
        ("0.5", None, True),
        ("35", None, False),
        ("350", None, True),
    ],
)
def test_a_wrong_unit_and_a_slipped_point_are_asked_after(mg, kg, asked):
    assert is_unusual(Decimal(mg), Decimal(kg) if kg else None) is asked
