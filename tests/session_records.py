"""What Tess types into the record of a session, for the tests of its pages."""

ROWS = ("doses", "vitals", "effects", "others", "adverse")
DOSE = {"doses_0_at": "08:05", "doses_0_route": "iv"}
BEFORE = {"vitals_0_phase": "before", "vitals_0_at": "07:50"}
OVER = {"started_at": "2026-11-22T08:00", "ended_at": "2026-11-22T08:50"}
ALL_WELL = ["vitals", "steady", "oriented", "escort", "no-driving", "numbers"]


def dashed(name: str) -> str:
    """Return the name of a field as the page has it: doses_0_mg is of the first dose."""
    head, _, rest = name.partition("_")
    number, _, field = rest.partition("_")
    return f"{head}-{number}-{field}" if head in ROWS else name
