"""The base of every form: its own words come back, and what is wrong stands beside the field."""

from functools import cache
from gettext import NullTranslations
from typing import Any
from uuid import uuid4

from flask import Response, make_response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField, TextAreaField
from wtforms.csrf.core import CSRFTokenField
from wtforms.i18n import get_translations

from journal.core.errors import Busy, Full, StaleVersion, Throttled
from journal.web import csrf
from journal.web.errors import BUSY_SECONDS, minutes_of
from journal.web.filters import duration

INVALID = 422
CONFLICT = 409
POSTED = object()  # a form takes what this request posts, unless it is given something else
# C0, DEL and C1: they can't be typed, and PostgreSQL refuses the first of them.
CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))
LINES = CONTROLS | {ord(kept): kept for kept in "\r\n\t"}
OWN_WORDS = {"Not a valid choice.": _l("Choose one of these.")}
TOO_MUCH_WAITS = _l("Too much waits for this patient already. Try again after their next visit.")
ONE_LINE = CONTROLS | {ord(kept): " " for kept in "\r\n\t"}


class SecretField(CSRFTokenField):
    """Signs the browser's secret where it is shown, not in every form that is read."""

    def process(self, *args: Any, **options: Any) -> None:
        """Read what was posted, as a hidden field does."""
        super(CSRFTokenField, self).process(*args, **options)

    def _value(self) -> str:
        return csrf.signed_secret()


class OwnCSRF(FlaskForm.Meta.csrf_class):  # type: ignore[misc]  # flask_wtf ships no types
    """Flask-WTF's protection with a field of our own."""

    field_class = SecretField


class BaseForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A form whose text fields never hold control characters."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf ships no types
        """Binds each text field with its tidying in front of its own filters."""

        csrf_class = OwnCSRF

        def get_translations(self, _form: Any) -> Any:
            """Return WTForms' own messages, as it asks: read once, not at every form."""
            return _messages(str(get_locale()))

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Bind a field, as WTForms asks."""
            field: Field = super().bind_field(form, unbound_field, options)
            if isinstance(field, StringField) and not isinstance(field, PasswordField):
                tidy = tidy_text if isinstance(field, TextAreaField) else tidy_line
                field.filters = (tidy, *field.filters)
            return field

    def __init__(self, formdata: Any = POSTED, **facts: Any) -> None:
        # Flask-WTF would take files and JSON, too: in a field's place they are no text to tidy.
        super().__init__((request.form or None) if formdata is POSTED else formdata, **facts)

    def refuse(self, message: str, field: str = "") -> None:
        """Add what is wrong, after validation: to a field, or to the whole form."""
        if field:
            self[field].errors = [*self[field].errors, message]
        else:
            self.form_errors.append(message)


def answer_invalid(template: str, form: BaseForm, **facts: object) -> Response:
    """Answer 422 with the form as it was typed, its errors on top and beside the fields."""
    return make_response(render_template(template, form=form, **facts), INVALID)


def replaces(form: BaseForm, version: int | None) -> None:
    """Let a form carry the version that it replaces when it is sent again, None for none yet."""
    form["version"].raw_data, form["version"].data = None, version


def renew(form: BaseForm) -> None:
    """Give a form an id of its own: what it had belongs to something else."""
    form["client_id"].raw_data, form["client_id"].data = None, uuid4()


def refuse_as_saved(form: BaseForm) -> None:
    """Say that a form's id holds what it said before; sent again it is kept as a further one."""
    renew(form)
    form.refuse(
        _("What this page said before is saved already. Save again to keep this one as well.")
    )


def refuse_as_deleted(form: BaseForm) -> None:
    """Say that what a form's id held was deleted since; sent again it is kept as a new one."""
    renew(form)
    form.refuse(_("You deleted what was saved here before. Save again to keep this as a new one."))


def refuse_as_full(form: BaseForm) -> None:
    """Say that a patient's journal takes no further letter before it is opened."""
    form.refuse(str(TOO_MUCH_WAITS))


def refuse_letter(form: BaseForm, error: StaleVersion | Full) -> int:
    """Say why a therapist's letter was not written; return the answer's status."""
    if isinstance(error, StaleVersion):
        refuse_as_saved(form)
        return CONFLICT
    refuse_as_full(form)
    return INVALID


def answer_throttled(
    template: str, form: BaseForm, throttled: Throttled, **facts: object
) -> Response:
    """Answer 429 at once, with the form kept and the time to wait."""
    wait = duration(minutes_of(throttled))
    form.refuse(_("Too many tries. Please wait %(wait)s and try again.", wait=wait))
    return _later(answer_invalid(template, form, **facts), 429, throttled.retry_after)


def answer_busy(template: str, form: BaseForm, _busy: Busy, **facts: object) -> Response:
    """Answer 503 with the form kept."""
    form.refuse(_("Many people are signing in just now. Try again in a few seconds."))
    return _later(answer_invalid(template, form, **facts), 503, BUSY_SECONDS)


def tidy_line(text: str | None) -> str | None:
    """Return the text as one line, without control characters and outer spaces."""
    if text is None:
        return None
    return text.translate(ONE_LINE).strip()


def tidy_text(text: str | None) -> str | None:
    """Return the text with plain line ends and without other control characters."""
    if text is None:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(LINES)


class _Messages:
    """WTForms' messages, ours in the place of those that tell nobody what to do."""

    def __init__(self, theirs: NullTranslations) -> None:
        self.theirs = theirs
        self.ngettext = theirs.ngettext

    def gettext(self, words: str) -> str:
        return str(OWN_WORDS[words]) if words in OWN_WORDS else self.theirs.gettext(words)


@cache
def _messages(locale: str) -> _Messages:
    return _Messages(get_translations([locale]))


def _later(answer: Response, status: int, seconds: int) -> Response:
    answer.status_code = status
    answer.headers["Retry-After"] = str(seconds)
    return answer
