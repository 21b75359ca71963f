"""The forms of preparing: the list of steps, and an intention."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField
from wtforms.widgets import HiddenInput

from journal.features.preparation.intention import LONGEST, Intention
from journal.features.preparation.preparation import (
    LONGEST_OWN,
    MOST_OWN,
    STEPS,
    Own,
    Preparation,
)
from journal.web.fields import WholeField
from journal.web.forms import BaseForm, tidy_line
from journal.web.pieces.forms import ChosenForm, words_field


class StepsForm(BaseForm):
    """The list; version: the one that the page showed, 0 for none yet."""

    version = WholeField(widget=HiddenInput())


class IntentionForm(ChosenForm):
    """An intention; `session` on a new one."""

    session = HiddenField()
    body = words_field(_l("Your intention"), LONGEST)
    came = words_field(_l("What came of it"), LONGEST, required=False)

    def intention(self, session: str) -> Intention:
        """Return what was typed, for a session."""
        return Intention(self.body.data or "", self.came.data or "", session)


def read_steps(fields: MultiDict[str, str], session: str) -> Preparation:
    """Return the posted list; own steps stand in their order, and an emptied one is gone."""
    texts = [tidy_line(text) or "" for text in fields.getlist("own")]
    ticked, done = set(fields.getlist("own-done")), set(fields.getlist("done"))
    own = tuple(Own(text, str(n) in ticked) for n, text in enumerate(texts) if text)
    return Preparation(session, tuple(name for name in STEPS if name in done), own)


def too_much(said: Preparation) -> str:
    """Say what is wrong with a list that holds too much, "" for a good one."""
    if len(said.own) > MOST_OWN:
        return str(_("At most %(most)s of your own, please.", most=MOST_OWN))
    if any(len(one.text) > LONGEST_OWN for one in said.own):
        return str(_("One line can have %(most)s letters at most.", most=LONGEST_OWN))
    return ""


def session_named(text: str | None) -> UUID | None:
    """Return the session that a hidden field names, None for none."""
    try:
        return UUID(tidy_line(text) or "")
    except ValueError:
        return None
