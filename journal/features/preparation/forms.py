"""The forms of preparing: the list of steps, and an intention."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from journal.features.preparation.intention import CARE, LONGEST, PRIVATE, Intention
from journal.features.preparation.preparation import (
    LONGEST_OWN,
    MOST_OWN,
    STEPS,
    Own,
    Preparation,
)
from journal.web.fields import ClientIdField, WholeField
from journal.web.forms import BaseForm, tidy_line

NOT_LONGER = Length(
    max=LONGEST,
    message=_l("This can have %(most)s letters at most.", most=f"{LONGEST:,}"),
)
# Enough to check an answer by; a page that is shown says the names, which cost reading them.
UNNAMED = [(PRIVATE, ""), (CARE, "")]


class StepsForm(BaseForm):
    """The list; version: the one that the page showed, 0 for none yet."""

    version = WholeField(widget=HiddenInput())


class IntentionForm(BaseForm):
    """An intention; `version` on an edit, `client_id` and `session` on a new one."""

    client_id = ClientIdField()
    version = WholeField(widget=HiddenInput())
    session = HiddenField()
    audience = RadioField(
        _l("Who can read this"), default=PRIVATE, filters=[lambda said: said or PRIVATE]
    )
    body = TextAreaField(
        _l("Your intention"),
        [DataRequired(_l("Write something first, however short.")), NOT_LONGER],
    )
    came = TextAreaField(_l("What came of it"), [NOT_LONGER])

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
