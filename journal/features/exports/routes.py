"""GET and POST /account/export."""

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext as _

from journal import clock
from journal.core import accounts
from journal.core.errors import Busy, Throttled, WrongPassword
from journal.db import session
from journal.features.exports import places, readme
from journal.features.exports.archive import Archive
from journal.features.exports.contents import Export
from journal.features.exports.forms import PasswordForm
from journal.features.exports.queries import Own
from journal.web.audience import audience
from journal.web.forms import answer_busy, answer_invalid, answer_throttled
from journal.web.login import keyring as current_keyring
from journal.web.parts import parts
from journal.web.throttling import guarded
from journal.web.zone import zone

bp = Blueprint("exports", __name__, url_prefix="/account/export")
PAGE = "exports/export.html"
A_WHILE = 120  # seconds until it is worth asking again, when too many are at it


@bp.get("")
@audience("signed-in")
def show() -> str:
    """Say what the file is, and ask for the password."""
    return render_template(PAGE, form=PasswordForm(formdata=None))


@bp.post("")
@audience("signed-in")
def download() -> Response:
    """Hand out everything of one's own, after the password."""
    form = PasswordForm()
    if not form.validate():
        return answer_invalid(PAGE, form)
    refused = _step_up(form)
    if refused is not None:
        return refused
    session().commit()
    try:
        return _answer()
    except Busy:
        form.refuse(_("Many exports are on their way just now. Try again in a few minutes."))
        full = answer_invalid(PAGE, form)
        full.status_code, full.headers["Retry-After"] = 503, str(A_WHILE)
        return full


def _step_up(form: PasswordForm) -> Response | None:
    """Try the password, uncommitted; or return the form with what stands against it."""
    db, site, now, keyring = session(), parts().site_key, clock.now(), current_keyring()
    try:
        with guarded(str(keyring.account_id)):
            accounts.step_up(db, site, keyring, password=form.password.data or "", now=now)
    except WrongPassword:
        form.refuse(_("This is not your password."), "password")
        return answer_invalid(PAGE, form)
    except Throttled as throttled:
        return answer_throttled(PAGE, form, throttled)
    except Busy as busy:
        return answer_busy(PAGE, form, busy)
    return None


def _answer() -> Response:
    keyring, now = current_keyring(), clock.now()
    archive, own = Archive(zone()), Own(parts().database, keyring, now)
    day, words = archive.local(now).date().isoformat(), readme.words(keyring.role)
    place = places.take()
    found = make_response(places.holding(place, Export(own, archive, words).stream()))
    # What was never begun to be read has no end of its own.
    found.call_on_close(place.close)
    found.content_type = "application/zip"
    found.headers["Content-Disposition"] = f'attachment; filename="afterglow-export-{day}.zip"'
    # A proxy that gathers the answer first would lay it on its disk, in plain words.
    found.headers["X-Accel-Buffering"] = "no"
    return found
