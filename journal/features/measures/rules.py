"""The scoring rules: what each instrument counts, where its ranges end, which codes are its own.

Every number stands in docs/measures.md with its source. A rule that changes takes a new VERSION;
a score that was made keeps the one it was made with.
"""

from dataclasses import dataclass
from fractions import Fraction

VERSION = 1


@dataclass(frozen=True, slots=True)
class Band:
    """A range of totals that ends at `top`, itself within unless `below`."""

    top: Fraction
    below: bool = False

    def holds(self, total: Fraction) -> bool:
        """Tell whether a total does not lie above it."""
        return total < self.top if self.below else total <= self.top


@dataclass(frozen=True, slots=True)
class Rule:
    """How one instrument is scored; `items` questions that count `low` to `high` each.

    how: "sum", "mean", or "times four"; turned: the questions, from 1, that count the other way
    round; more_is_better: which way is up; marked: a question's number and its LOINC code;
    asked_here: False for what only the clinic fills in.
    """

    id: str
    name: str
    items: int
    low: int
    high: int
    how: str = "sum"
    turned: frozenset[int] = frozenset()
    bands: tuple[Band, ...] = ()
    more_is_better: bool = False
    panel_code: str = ""
    total_code: str = ""
    marked: tuple[int, str] | None = None
    asked_here: bool = True
    own: bool = False

    @property
    def levels(self) -> range:
        """Return what one answer can count."""
        return range(self.low, self.high + 1)

    @property
    def edges(self) -> tuple[int, int]:
        """Return the lowest and the highest total."""
        if self.how == "mean":
            return self.low, self.high
        factor = self.items * (4 if self.how == "times four" else 1)
        return self.low * factor, self.high * factor


def up_to(*tops: int) -> tuple[Band, ...]:
    """Return ranges of whole totals, each ending at its top."""
    return tuple(Band(Fraction(top)) for top in tops)


PHQ_9 = Rule(
    "phq-9",
    "PHQ-9",
    *(9, 0, 3),
    bands=up_to(4, 9, 14, 19, 27),
    panel_code="44249-1",
    total_code="44261-6",
    marked=(9, "44260-8"),
)
GAD_7 = Rule(
    "gad-7",
    "GAD-7",
    *(7, 0, 3),
    bands=up_to(4, 9, 14, 21),
    panel_code="69737-5",
    total_code="70274-6",
)
PCL_5 = Rule(
    "pcl-5",
    "PCL-5",
    *(20, 0, 4),
    bands=up_to(30, 33, 80),
    panel_code="101697-1",
    total_code="101698-9",
)
WHO_5 = Rule(
    "who-5", "WHO-5", *(5, 0, 5), how="times four", bands=up_to(28, 50, 100), more_is_better=True
)
BRS = Rule(
    "brs",
    "BRS",
    *(6, 1, 5),
    how="mean",
    turned=frozenset({2, 4, 6}),
    bands=(Band(Fraction(3), below=True), Band(Fraction(430, 100)), Band(Fraction(5))),
    more_is_better=True,
)
AUDIT_C = Rule("audit-c", "AUDIT-C", *(3, 0, 4), bands=up_to(2, 3, 12), total_code="75626-2")
CADSS = Rule("cadss", "CADSS", *(23, 0, 4), asked_here=False)
RELIEF = Rule("relief", "Relief today", *(1, 0, 10), more_is_better=True, own=True)
STAYING = Rule("staying", "What stays with me", *(4, 0, 4), more_is_better=True, own=True)

RULES = {
    rule.id: rule for rule in (PHQ_9, GAD_7, PCL_5, WHO_5, BRS, AUDIT_C, CADSS, RELIEF, STAYING)
}
PUBLISHED = {rule.id: rule for rule in RULES.values() if not rule.own}

# A questionnaire is bound to its rule by these; AUDIT-C has one code for both.
BINDING = {rule.panel_code: rule for rule in RULES.values() if rule.panel_code}
BINDING[AUDIT_C.total_code] = AUDIT_C
# Codes that look right and are not.
TRAPS = {
    "44261-6": "this is the code of the PHQ-9's total; the questionnaire's is 44249-1",
    "44260-8": "this is the code of the PHQ-9's item 9 alone; the questionnaire's is 44249-1",
    "70274-6": "this is the code of the GAD-7's total; the questionnaire's is 69737-5",
    "101698-9": "this is the code of the PCL-5's score; the questionnaire's is 101697-1",
    "70221-7": "this is the old PCL-C for DSM-IV; the PCL-5's is 101697-1",
}
