"""What a patient can give a therapist, in the patient's words."""

from flask_babel import lazy_gettext as _

from journal.web.scope_words import HINTS as SCOPE_HINTS
from journal.web.scope_words import SCOPES

__all__ = ["SCOPES", "SCOPE_HINTS", "SINCE", "SINCE_HINTS"]
SINCE = [("now", _("From now on")), ("everything", _("Everything, also what is there already"))]
SINCE_HINTS = {"now": _("What is there already stays yours alone.")}
