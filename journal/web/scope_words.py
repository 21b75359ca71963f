"""What the scopes are called: one list for everybody who asks, gives, takes away or reads."""

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from journal.core.scopes import SHAREABLE


class Words(NamedTuple):
    """A scope's name, what it means to the patient who gives it, and its name to a reader."""

    name: LazyString
    hint: LazyString
    short: LazyString


# In the order of every page; the keys are the names of the core and of the contract.
WORDS = {
    "check-ins": Words(
        _("Check-ins"),
        _("How you feel from day to day: the numbers, your tags and your notes."),
        _("Check-ins"),
    ),
    "journal": Words(
        _("Journal entries you choose"),
        _("Only those you mark for reading. Each one starts as yours alone."),
        _("Journal"),
    ),
    "measures": Words(_("Questionnaires"), _("Your answers and the scores."), _("Measures")),
    "medications": Words(
        _("Medicines"),
        _("What you take, what you took outside the clinic, and how your body is."),
        _("Medicines"),
    ),
    "safety-plan": Words(
        _("Safety plan"),
        _("What warns you, what helps, whom you would call."),
        _("Safety plan"),
    ),
    "care": Words(
        _("Course of treatment"),
        _("Your screening, and what you add about preparation, sessions and the time after."),
        _("Course of treatment"),
    ),
}
SCOPES = [(name, words.name) for name, words in WORDS.items() if name in SHAREABLE]
HINTS = {name: words.hint for name, words in WORDS.items()}
LABELS = {name: words.short for name, words in WORDS.items()}
