"""What a screening asks: six points, each a fact that a professional has to know beforehand."""

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


class Point(NamedTuple):
    """One point: the question as a patient reads it, and its name as a professional does."""

    question: LazyString
    title: LazyString


POINTS = {
    "allergy": Point(_("Are you allergic to ketamine?"), _("Ketamine allergy")),
    "dependence": Point(
        _("Are you dependent on a substance, such as alcohol or a drug?"),
        _("Substance dependence"),
    ),
    "psychosis": Point(
        _("Have you ever been through a psychosis or a mania, or are you in one now?"),
        _("Psychosis or mania, past or present"),
    ),
    "heart": Point(
        _("Do you have a heart disease, or a blood pressure, that is not under control?"),
        _("Uncontrolled cardiac disease or blood pressure"),
    ),
    "pregnancy": Point(_("Are you pregnant or nursing?"), _("Pregnancy or nursing")),
    "suicide": Point(
        _("Have you recently meant to end your life, or tried to?"),
        _("Recent suicidal intent or attempt"),
    ),
}
YES, NO, UNSURE, TALK = "yes", "no", "unsure", "talk"
ANSWERS = {
    YES: _("Yes"),
    NO: _("No"),
    UNSURE: _("Not sure"),
    TALK: _("I’d rather talk about it"),
}
HELPED = "suicide"  # whatever is said here but a no shows help at once
