"""A dose in mg and in mg/kg: one worked out from the other exactly, never converted in silence.

Kept as whole micrograms and whole grams of body weight; worked in Decimal, never in floats.
The limits below are no clinical advice: they catch a wrong unit or a slipped decimal point.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from journal.features.care import saying
from journal.features.care.saying import Limits

# A comma or a point before one or two digits. Before three of them it might part thousands, as
# 1,250 does in English and 1.250 in German, unless the number begins with a nought.
AMOUNT = re.compile(r"[0-9]{1,4}([.,][0-9]{1,2})?|0[.,][0-9]{3}")
IN_TWO_WAYS = re.compile(r"[1-9][0-9]{0,2}([.,' \u00a0\u202f][0-9]{3})+([.,][0-9]+)?")

THOUSAND = Decimal(1000)
MG_WORKED_OUT, PER_KG_SHOWN = Decimal("0.01"), Decimal("0.001")
FINEST_PER_KG = 2  # decimals to which mg/kg must agree at least: 0.5 is compared as 0.50

MICROGRAMS = Limits(1, 1_000_000)
MICROGRAMS_PER_KG = Limits(1, 20_000)
GRAMS = Limits(20_000, 300_000)

UNUSUAL_BELOW, UNUSUAL_ABOVE = Decimal("0.1"), Decimal(3)  # mg/kg
LITTLE, MUCH = Decimal(5), Decimal(200)  # mg, where nobody wrote the weight
LIGHT, HEAVY = Decimal(35), Decimal(200)  # kg


class Route(StrEnum):
    """How a dose is given."""

    IV = "iv"
    IM = "im"
    SUBLINGUAL = "sublingual"
    INTRANASAL = "intranasal"
    ORAL = "oral"


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose. ug: micrograms in all; ug_per_kg: as it was typed, None where it was not."""

    at: datetime
    route: Route
    ug: int
    ug_per_kg: int | None = None

    @property
    def mg(self) -> Decimal:
        """Return the whole dose in mg."""
        return Decimal(self.ug) / THOUSAND

    def per_kg(self, grams: int | None) -> Decimal | None:
        """Return mg/kg: as typed, or worked out; None without the body weight."""
        if self.ug_per_kg is not None:
            return Decimal(self.ug_per_kg) / THOUSAND
        return None if grams is None else per_kg_of(self.mg, kg_of(grams))

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it."""
        more = {"ug": self.ug, "ug_per_kg": self.ug_per_kg}
        return saying.said(at=self.at, route=self.route.value, **more)

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "Dose":
        """Read what a report says; raises ValueError."""
        return cls(
            saying.at(says),
            Route(saying.text(says, "route", 20)),
            saying.needed(says, "ug", MICROGRAMS),
            saying.whole(says, "ug_per_kg", MICROGRAMS_PER_KG),
        )


class TwoWays(ValueError):
    """A number that means one thing in one country and another elsewhere."""


def parse(text: str) -> Decimal:
    """Return the number that a text means, with the decimals it was written with.

    TwoWays where it could mean two numbers, ValueError for what is none.
    """
    if AMOUNT.fullmatch(text):
        return Decimal(text.replace(",", "."))
    raise TwoWays(text) if IN_TWO_WAYS.fullmatch(text) else ValueError(text)


def mg_of(per_kg: Decimal, kg: Decimal) -> Decimal:
    """Return the mg that so many mg/kg come to, to a hundredth of a mg."""
    return (per_kg * kg).quantize(MG_WORKED_OUT, ROUND_HALF_UP)


def per_kg_of(mg: Decimal, kg: Decimal) -> Decimal:
    """Return the mg/kg that a dose comes to, to a thousandth."""
    return (mg / kg).quantize(PER_KG_SHOWN, ROUND_HALF_UP)


def agree(mg: Decimal, per_kg: Decimal, kg: Decimal) -> bool:
    """Tell whether both are one dose, the one being the other as it would be rounded."""
    return _rounds_to(mg, per_kg * kg, 0) or _rounds_to(per_kg, mg / kg, FINEST_PER_KG)


def is_unusual(mg: Decimal, kg: Decimal | None) -> bool:
    """Tell whether a dose is so far from others that its unit is asked after."""
    if kg is None:
        return not LITTLE <= mg <= MUCH
    return not UNUSUAL_BELOW <= mg / kg <= UNUSUAL_ABOVE


def thousandths(amount: Decimal) -> int:
    """Return micrograms of mg, or grams of kg; both are whole for what `parse` reads."""
    scaled = amount * THOUSAND
    whole = int(scaled)
    if whole != scaled:
        raise ValueError("finer than a thousandth")
    return whole


def kg_of(grams: int) -> Decimal:
    """Return grams in kg."""
    return Decimal(grams) / THOUSAND


def plain(amount: Decimal) -> str:
    """Return a number without idle noughts and never as 1E+2: "35", "0.5"."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounds_to(typed: Decimal, exact: Decimal, at_least: int) -> bool:
    places = max(-int(typed.as_tuple().exponent), at_least)
    return abs(exact - typed) * 2 <= Decimal(1).scaleb(-places)
