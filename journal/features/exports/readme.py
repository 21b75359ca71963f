"""README.txt: what each file is, what is not among them, and what could not be opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import fill, indent

from flask_babel import gettext as _

from journal.core.keyring import Role

WIDTH = 78  # letters a line


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the export says, translated while the request knows the person's language."""

    about: str
    files: tuple[tuple[str, str], ...]
    left_out: str
    nothing_closed: str
    closed: str
    broken_off: str


def words(role: Role) -> Words:
    """Return the words for a patient's or a therapist's export."""
    patient = role == "patient"
    return Words(
        _(
            "This is everything of your own in Afterglow. Nothing in it is locked: whoever has "
            "the file can read it. Keep it where only you can open it, and don't send it by mail."
        ),
        _patients_files() if patient else _therapists_files(),
        _left_out_for_patients() if patient else _left_out_for_therapists(),
        _("Everything that is listed here could be opened."),
        _("These could not be opened, because what is stored was damaged. They are not here:"),
        _(
            "This export stopped before its end: not everything is in it. The rest is still in "
            "your account. Please export again; if that stops too, tell your clinic."
        ),
    )


def text(about: Words, closed: Iterable[str]) -> bytes:
    """Return README.txt; closed: what could not be opened, a line each."""
    listed = [f"  {line}" for line in closed]
    parts = [
        fill(about.about, WIDTH),
        *(f"{name}\n{indent(fill(what, WIDTH - 2), '  ')}" for name, what in about.files),
        fill(about.left_out, WIDTH),
        "\n".join([fill(about.closed, WIDTH), *listed]) if listed else about.nothing_closed,
    ]
    return ("\n\n".join(parts) + "\n").encode()


def error_text(about: Words) -> bytes:
    """Return ERROR.txt."""
    return (fill(about.broken_off, WIDTH) + "\n").encode()


def _patients_files() -> tuple[tuple[str, str], ...]:
    return (*_patients_words(), *_patients_course(), *_patients_consents())


def _patients_words() -> tuple[tuple[str, str], ...]:
    return (
        (
            "entries/*.md, drafts/*.md",
            _(
                "Each entry and each unfinished draft, to read: a few lines about it, then your "
                "words exactly as you typed them. Any text editor opens them."
            ),
        ),
        (
            "entries/*.json, check-ins/*.json, drafts/*.json",
            _(
                "The same and your check-ins, complete and exact, for other programs. A name "
                "begins with the day, in your time zone, and ends with a part of the id."
            ),
        ),
        ("unfinished/*.json", _("What you typed into a form and have not saved yet.")),
        (
            "check-ins.csv",
            _(
                "Your check-ins as one table for a spreadsheet (UTF-8 with a byte order mark). "
                "Where a cell begins with =, +, -, @ or a tab, an apostrophe stands in front, so "
                "that no spreadsheet runs it. The JSON files have your words without it."
            ),
        ),
    )


def _patients_course() -> tuple[tuple[str, str], ...]:
    return (
        (
            "measures/*.json, fhir/measures/*.json",
            _(
                "Each questionnaire that you filled in. Under fhir the same in FHIR R4, the "
                "language of clinics: your answers in their words, and the total."
            ),
        ),
        (
            "sessions/*.json",
            _(
                "Your medicine sessions, as your therapist planned and recorded them: each "
                "version with her signature."
            ),
        ),
        (
            "screening/*.json, preparation/*.json",
            _(
                "What you answered before treatment, what your therapist signed off about it, "
                "and what you saw to and meant to do before your sessions."
            ),
        ),
        (
            "medications/*.json",
            _(
                "Each change of a medicine, what you took outside the clinic, and your checks of "
                "how your body is."
            ),
        ),
    )


def _patients_consents() -> tuple[tuple[str, str], ...]:
    return (
        (
            "receipts/*.json",
            _(
                "Your consent receipts, byte for byte. The command verify-receipt tells whether "
                "one is genuine, without an account."
            ),
        ),
        (
            "access-log.csv, access-log.json",
            _(
                "What your therapists saw, and when. `listed`: a title in a list. `opened`: the "
                "record itself. `refused`: they asked and got nothing. `unreadable`: a line that "
                "does not open. `genuine` is false where a signature or the chain is broken."
            ),
        ),
        ("sharing.json", _("Who may read what, and whose part is over.")),
        (
            "profile.json",
            _(
                "Your name, e-mail address, time zone and settings. `signing_key` is the public "
                "key that your receipts rest on: who checks them can ask for it."
            ),
        ),
    )


def _therapists_files() -> tuple[tuple[str, str], ...]:
    return (
        ("profile.json", _("Your name, e-mail address, time zone and settings.")),
        (
            "patients.json",
            _(
                "For each patient the label that you gave, the safety code, and the marks of "
                "what you have seen (six characters of each record's id)."
            ),
        ),
        (
            "sessions/*.json",
            _(
                "Your record of medicine sessions, each version with your signature. `grant` is "
                "the patient's in patients.json."
            ),
        ),
        (
            "screening/*.json",
            _(
                "Your assessments: each sign-off with your signature, and your findings, which "
                "are yours alone."
            ),
        ),
        ("unfinished/*.json", _("What you typed into a form and have not saved yet.")),
        (
            "invitations.json",
            _("Your invitations that still wait, without their links: those let somebody in."),
        ),
    )


def _left_out_for_patients() -> str:
    said: str = _(
        "Not in this file: your password, your recovery kit, your keys and the list of your "
        "devices; what you deleted, even while it can still be undone; earlier versions of "
        "what you changed, which are not kept; and anything your therapists keep themselves."
    )
    return said


def _left_out_for_therapists() -> str:
    said: str = _(
        "Not in this file: your password, your recovery kit, your keys and the list of your "
        "devices; and your patients' names and words. Those are theirs, and they can export them."
    )
    return said
