"""Who is in the demo: two therapists, six patients, and what each patient gave to whom when."""

from dataclasses import dataclass
from datetime import time
from typing import Literal

from journal.core.consent import Since

PASSWORD = "seven lamps along the river"  # noqa: S105 - printed at every start, guards nothing
ZONE = "Europe/Amsterdam"
CHECK_INS, JOURNAL, CARE, TAKEN = "check-ins", "journal", "care", "medications"
MEASURES = "measures"


@dataclass(frozen=True, slots=True)
class Therapist:
    """A therapist, and who waits for her patients' links: the label of an open invitation."""

    key: str
    name: str
    waiting: str = ""

    @property
    def email(self) -> str:
        """Return an address under a name that can never be a real one (RFC 2606)."""
        return f"{self.key}@demo.example"


@dataclass(frozen=True, slots=True)
class Step:
    """One change of consent, `ago` days ago. ends_in: days from today, None for no end."""

    ago: int
    what: Literal["gives", "changes", "revokes"]
    to: str
    scopes: tuple[str, ...] = ()
    since: Since = "everything"
    ends_in: int | None = None
    at: time = time(14, 10)


@dataclass(frozen=True, slots=True)
class Visits:
    """When a therapist reads: every so many days, from one day ago to another, both in days."""

    by: str
    first: int
    last: int
    every: int = 14


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient; `label` is what the therapist wrote on the invitation."""

    key: str
    name: str
    label: str
    steps: tuple[Step, ...]
    visits: tuple[Visits, ...]

    @property
    def email(self) -> str:
        """Return an address under a name that can never be a real one (RFC 2606)."""
        return f"{self.key}@demo.example"

    @property
    def joined(self) -> int:
        """Return how many days ago the account was made."""
        return self.steps[0].ago


THERAPISTS = (
    Therapist("tess", "Tess Hollow", waiting="Thursday, half past two"),
    Therapist("theo", "Theo Quill"),
)

PATIENTS = (
    # Each session lifts her for a while and then lets go; a second therapist reads from now on.
    Patient(
        "ana",
        "Ana Ferreira",
        "Ana F.",
        (
            Step(364, "gives", "tess", (CHECK_INS, JOURNAL, CARE, TAKEN, MEASURES)),
            Step(58, "gives", "theo", (CHECK_INS, JOURNAL), since="now"),
        ),
        (Visits("tess", 357, 6, every=21), Visits("theo", 50, 8, every=21)),
    ),
    # Hope at first, then worse; he took the journal back and shares single entries.
    Patient(
        "jonas",
        "Jonas Weber",
        "Jonas W.",
        (
            Step(214, "gives", "tess", (CHECK_INS, JOURNAL)),
            Step(96, "changes", "tess", (CHECK_INS,)),
        ),
        (Visits("tess", 205, 98), Visits("tess", 84, 2, every=7)),
    ),
    # Stopped writing seven weeks ago.
    Patient(
        "maren",
        "Maren Holt",
        "Maren H.",
        (Step(203, "gives", "tess", (CHECK_INS, JOURNAL)),),
        (Visits("tess", 196, 14),),
    ),
    # Near the end of treatment; what he gave ends by itself.
    Patient(
        "samir",
        "Samir Haddad",
        "Samir, mornings",
        (
            Step(352, "gives", "theo", (CHECK_INS,)),
            Step(301, "changes", "theo", (CHECK_INS, JOURNAL)),
            Step(20, "changes", "theo", (CHECK_INS, JOURNAL), ends_in=45),
        ),
        (Visits("theo", 345, 9, every=21),),
    ),
    # Gave everything, then took it all back, and writes on for himself.
    Patient(
        "peter",
        "Peter Okafor",
        "P. O.",
        (
            Step(170, "gives", "theo", (CHECK_INS, JOURNAL)),
            Step(36, "revokes", "theo"),
        ),
        (Visits("theo", 163, 40),),
    ),
    # New this week; nobody has looked yet.
    Patient(
        "liv",
        "Liv Sørensen",
        "New: Liv",
        (Step(5, "gives", "theo", (CHECK_INS,)),),
        (),
    ),
)

EVERYBODY: tuple[Therapist | Patient, ...] = (*THERAPISTS, *PATIENTS)


def sign_ins() -> list[str]:
    """Return a line for each person who can sign in."""
    roles = {Therapist: "therapist", Patient: "patient"}
    return [
        f"Sign in as {one.name} ({roles[type(one)]}): {one.email} / {PASSWORD}" for one in EVERYBODY
    ]
