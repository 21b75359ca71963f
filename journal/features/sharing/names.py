"""What scopes and events are called on these pages."""

from flask_babel import lazy_gettext

# In the order of the page; the names are those of the core and of the contract.
SCOPES = (
    ("check-ins", lazy_gettext("Check-ins")),
    ("journal", lazy_gettext("Journal entries you choose")),
    ("measures", lazy_gettext("Measures")),
    ("medications", lazy_gettext("Medications")),
    ("safety-plan", lazy_gettext("Safety plan")),
    ("care", lazy_gettext("Course of treatment")),
)
SCOPE_HINTS = {
    "check-ins": lazy_gettext("Mood, anxiety, energy, connection, sleep, tags and notes."),
    "journal": lazy_gettext(
        "Entries that you let your therapists read. Private ones stay private."
    ),
    "measures": lazy_gettext("Questionnaires and their results."),
    "medications": lazy_gettext("What you take, and what you write about it."),
    "safety-plan": lazy_gettext("What helps you when it gets hard."),
    "care": lazy_gettext("What you add to the course of your treatment."),
}
RECEIPTS = {
    "given": lazy_gettext("Sharing began"),
    "changed": lazy_gettext("Sharing changed"),
    "ended": lazy_gettext("Sharing stopped"),
    "expired": lazy_gettext("Sharing ran out"),
}
