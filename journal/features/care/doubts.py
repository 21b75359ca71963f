"""What is asked once before it is kept: a unit, a slipped decimal point, digits out of order."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from journal.features.care import dosing
from journal.features.care.dosing import Dose
from journal.features.care.session_record import SessionRecord


@dataclass(frozen=True, slots=True)
class Doubt:
    """One question. key: the very values it is about; about and row: which field.

    number: what is asked about; other: the unit that was perhaps meant, "" for none.
    """

    key: str
    about: str
    row: int = 0
    number: Decimal | int = 0
    other: str = ""


def doubts(record: SessionRecord) -> Iterator[Doubt]:
    """Yield what is to be looked at again before it is kept."""
    if record.grams is not None:
        kg = dosing.kg_of(record.grams)
        if not dosing.LIGHT <= kg <= dosing.HEAVY:
            yield Doubt(f"weight {record.grams}", "weight", number=kg)
    for row, dose in enumerate(record.doses):
        yield from _of_dose(row, dose, record.grams)
    for row, one in enumerate(record.vitals):
        for name in one.unusual():
            number = one.numbers()[name]
            yield Doubt(f"{name} {number} {int(one.at.timestamp())}", name, row, number)
    left = record.discharge
    if left.at is not None and left.missing:
        yield Doubt(f"left without {' '.join(left.missing)}", "left")


def asked_already(record: SessionRecord) -> set[str]:
    """Return the keys of what somebody has kept as it is."""
    return {doubt.key for doubt in doubts(record)}


def _of_dose(row: int, dose: Dose, grams: int | None) -> Iterator[Doubt]:
    kg = None if grams is None else dosing.kg_of(grams)
    if not dosing.is_unusual(dose.mg, kg):
        return
    key = f"dose {dose.ug} {grams or '-'}"
    if dose.ug_per_kg is not None:
        typed = Decimal(dose.ug_per_kg) / dosing.THOUSAND
        meant = "mg" if not dosing.is_unusual(typed, kg) else ""
        yield Doubt(key, "per_kg", row, typed, meant)
    else:
        would_do = dosing.UNUSUAL_BELOW <= dose.mg <= dosing.UNUSUAL_ABOVE
        yield Doubt(key, "mg", row, dose.mg, "mg/kg" if would_do else "")
