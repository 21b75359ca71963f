"""What every form that tries a secret answers when it can't go on."""

from flask import Response
from flask_babel import LazyString

from journal.core.errors import Busy, Throttled, WrongCredentials
from journal.web.forms import BaseForm, answer_busy, answer_invalid, answer_throttled

REFUSALS = (WrongCredentials, Throttled, Busy)


def refused(
    error: Exception,
    template: str,
    form: BaseForm,
    words: LazyString,
    field: str = "",
    **facts: object,
) -> Response:
    """Answer 422 with these words at the field, 429 or 503; what was typed stays."""
    if isinstance(error, Throttled):
        return answer_throttled(template, form, error, **facts)
    if isinstance(error, Busy):
        return answer_busy(template, form, error, **facts)
    form.refuse(str(words), field)
    return answer_invalid(template, form, **facts)
