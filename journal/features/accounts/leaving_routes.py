"""Leaving: asked for with the password, taken back with one press, or done at once."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from journal import clock
from journal.core import accounts, leaving
from journal.core.keyring import Keyring
from journal.db import session
from journal.features.accounts import actions
from journal.features.accounts.account_routes import WRONG
from journal.features.accounts.forms import ErasureForm, RenewalForm
from journal.features.accounts.refusals import REFUSALS, refused
from journal.features.accounts.routes import bp
from journal.web import login, soft_window
from journal.web.audience import audience
from journal.web.forms import BaseForm, answer_invalid
from journal.web.parts import parts
from journal.web.throttling import guarded

ASKS, WAITS, AT_ONCE = (f"accounts/leaving{end}.html" for end in ("", "_waits", "_now"))
# Beside the cache: whatever a script of ours kept on the device.
EVERYTHING_KEPT = '"cache", "storage"'


@bp.get("/account/leaving")
@audience("signed-in")
def leave() -> str:
    """Say what goes and what stays; or, once that was asked for, until when it can be undone."""
    waits = leaving.pending(session(), current_user.account_id)
    if waits is not None:
        return render_template(WAITS, waits=waits)
    return render_template(ASKS, form=RenewalForm(formdata=None), days=leaving.WAITS.days)


@bp.post("/account/leaving")
@audience("signed-in")
def leave_asked() -> Response:
    """End every consent at once, and set the day on which the account is erased."""
    db, keyring, form, now = session(), current_user.keyring, RenewalForm(), clock.now()
    wrong = _step_up(keyring, form, ASKS)
    if wrong is not None:
        return wrong
    actions.leave(db, keyring, now)
    return make_response(redirect(url_for("accounts.leave"), 303))


@bp.post("/account/leaving/cancellation")
@audience("signed-in")
def leave_cancelled() -> Response:
    """Stay after all; pressed twice is pressed once."""
    db = session()
    leaving.cancel(db, current_user.account_id)
    db.commit()
    flash(
        _("Your account stays. What you shared has ended all the same: give it anew if you want.")
    )
    return make_response(redirect(url_for("accounts.account"), 303))


@bp.route("/account/leaving/now", methods=["GET", "POST"])
@audience("signed-in")
def leave_now() -> Response:
    """Ask once more, then erase without a delay."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    if request.method == "GET":
        form = ErasureForm(formdata=None)
        return make_response(render_template(AT_ONCE, form=form))
    form = ErasureForm()
    if soft_window.open_until(db, keyring, now):
        # On the day after a medicine session nothing is lost for good; the page says so.
        return answer_invalid(AT_ONCE, form)
    wrong = _step_up(keyring, form, AT_ONCE)
    if wrong is not None:
        return wrong
    actions.erase(db, keyring, now)
    return _farewell()


def _step_up(keyring: Keyring, form: BaseForm, page: str) -> Response | None:
    """Try the password; what stands against it, or nothing."""
    facts = {"days": leaving.WAITS.days}
    if not form.validate():
        return answer_invalid(page, form, **facts)
    db, site, password = session(), parts().site_key, form.password.data or ""
    try:
        with guarded(str(keyring.account_id)):
            accounts.step_up(db, site, keyring, password=password, now=clock.now())
    except REFUSALS as error:
        if accounts.is_gone(db, keyring):
            # Another press, or the day itself, was quicker while this one waited.
            return _farewell()
        return refused(error, page, form, WRONG, "password", **facts)
    return None


def _farewell() -> Response:
    flash(_("It is erased. Nobody can sign in to it any more."))
    # What else this request does on its way out must not look for an account.
    logout_user()
    answer = login.sign_out(make_response(redirect(url_for("accounts.sign_in"), 303)))
    answer.headers["Clear-Site-Data"] = EVERYTHING_KEPT
    return answer
