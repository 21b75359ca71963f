"""A form posted after its session ended: nothing typed is lost, and only its writer gets it."""

import json
import re
from dataclasses import dataclass
from uuid import UUID

from flask import make_response, render_template, request
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField

from journal.core import late_posts
from journal.core.errors import NotFound
from journal.web import login, paths
from journal.web.forms import BaseForm, tidy_line, tidy_text
from journal.web.parts import parts

LIMIT = 1024 * 1024  # bytes of payload; more is shown to be copied instead
NEVER_KEPT = ("csrf_token", "password", "new_password", "kit", "kept")
KEPT = "kept"
# Ids, numbers and marks mean nothing to a reader; many a script writes no spaces between words.
MEANS_NOTHING = re.compile(r"[!-~]{0,200}")
PREVIEW_FROM = 12  # characters


class SignInForm(BaseForm):
    """The sign-in form as this page shows it; accounts.sign_in reads what it posts."""

    email = StringField(lazy_gettext("E-mail"))
    password = PasswordField(lazy_gettext("Password"))
    next = HiddenField()


@dataclass(frozen=True, slots=True)
class LatePost:
    """Where a form was going, and its fields in order, secrets left out."""

    path: str
    fields: tuple[tuple[str, str], ...]

    def dumps(self) -> bytes:
        """Return it as UTF-8 JSON."""
        return json.dumps([self.path, self.fields], ensure_ascii=False).encode()

    @classmethod
    def loads(cls, payload: bytes) -> "LatePost":
        """Read what dumps wrote; it was sealed, so its shape is ours."""
        path, fields = json.loads(payload)
        return cls(path, tuple((name, value) for name, value in fields))

    def words(self) -> list[str]:
        """Return what a person typed, for showing: the longer values, and all beyond ASCII."""
        return [
            value
            for _, value in self.fields
            if not MEANS_NOTHING.fullmatch(value)
            and (len(value) >= PREVIEW_FROM or not value.isascii())
        ]


def of_request() -> LatePost:
    """Return the form that this request posts."""
    return LatePost(paths.here(), _typed(request.form))


def answer() -> Response:
    """Answer 401: the sign-in form, with what was typed sealed in its hidden field.

    When nobody can tell whose session it was, the words are shown on the page, to be copied.
    """
    late = of_request()
    sealed = _seal(late)
    return make_response(
        render_template(
            "errors/late.html",
            form=SignInForm(formdata=None, next=late.path),
            kept=sealed,
            words=[] if sealed else late.words(),
        ),
        401,
    )


def kept() -> str:
    """Return the sealed text that a sign-in form carries along (its hidden field `kept`)."""
    return tidy_line(request.form.get(KEPT)) or ""


def give_back(account_id: UUID) -> Response | None:
    """Return the page that gives a late post back, after its own account signed in.

    None when the sign-in form carried none, or another account's: that one is dropped in silence,
    so that nobody learns there was one.
    """
    if not kept():
        return None
    try:
        payload = late_posts.open_(parts().site_key, account_id, kept())
    except NotFound:
        return None
    return replay_page(LatePost.loads(payload))


def replay_page(late: LatePost) -> Response:
    """Show what was typed, with one button that sends it where it was going."""
    return make_response(render_template("errors/send_again.html", late=late))


def _typed(form: MultiDict[str, str]) -> tuple[tuple[str, str], ...]:
    # A part of a form without a name is no field.
    pairs = [(name, value) for name, value in form.items(multi=True) if name]
    return tuple((name, tidy_text(value) or "") for name, value in pairs if name not in NEVER_KEPT)


def _seal(late: LatePost) -> str:
    account_id, cookie = login.ended_account(), login.session_cookie()
    payload = late.dumps()
    if account_id is None or cookie is None or len(payload) > LIMIT:
        return ""
    return late_posts.seal(parts().site_key, account_id, cookie, payload)
