"""What a patient can give a therapist, in the patient's words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from journal.core.scopes import SHAREABLE

_WORDS: dict[str, tuple[LazyString, LazyString]] = {
    "check-ins": (
        _("Check-ins"),
        _("How you feel from day to day: the numbers, your tags and your notes."),
    ),
    "journal": (
        _("Journal entries you choose"),
        _("Only those you mark for reading. Each one starts as yours alone."),
    ),
    "measures": (_("Measures"), _("Questionnaires: your answers and the scores.")),
    "medications": (_("Medications"), _("What you write down about what you take.")),
    "safety-plan": (_("Safety plan"), _("What warns you, what helps, whom you would call.")),
    "care": (
        _("Course of treatment"),
        _("What you add about preparation, sessions and the time after them."),
    ),
}
SCOPES = [(name, _WORDS[name][0]) for name in SHAREABLE]
SCOPE_HINTS = {name: _WORDS[name][1] for name in SHAREABLE}
SINCE = [("now", _("From now on")), ("everything", _("Everything, also what is there already"))]
SINCE_HINTS = {"now": _("What is there already stays yours alone.")}
