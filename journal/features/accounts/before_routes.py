"""What is left from before a new start: opened by the old kit, taken in, ended, or erased."""

from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import current_user

from journal import clock
from journal.core import accounts, former, reopening, taking_in
from journal.core.errors import NotFound
from journal.core.former import Start
from journal.db import session
from journal.features.accounts.account_routes import WRONG
from journal.features.accounts.forms import ErasureForm, OpeningForm
from journal.features.accounts.refusals import REFUSALS, refused
from journal.features.accounts.routes import bp
from journal.web.audience import audience
from journal.web.forms import answer_invalid
from journal.web.parts import parts
from journal.web.throttling import guarded

PAGE = "accounts/before.html"
OPENS_NOTHING = lazy_gettext("This opens nothing from before your new start.")


@bp.get("/account/before")
@audience("patient")
def before() -> str:
    """Tell what is sealed, who still reads of it, and the ways on."""
    return render_template(PAGE, **_facts())


@bp.post("/account/before/opening")
@audience("patient")
def before_opening() -> Response:
    """Open everything again with the old kit or the old password."""
    db, site, keyring, now = session(), parts().site_key, current_user.keyring, clock.now()
    form = OpeningForm()
    facts = _facts(opening=form)
    if not form.validate():
        return answer_invalid(PAGE, form, **facts)
    try:
        with guarded(str(keyring.account_id)):
            old = reopening.unlock(db, site, keyring, secret=form.secret.data or "")
    except REFUSALS as error:
        return refused(error, PAGE, form, OPENS_NOTHING, "secret", **facts)
    db.commit()
    moved = reopening.move(db, keyring, old, now=now)
    flash(ngettext("%(num)s record is open again.", "%(num)s records are open again.", moved))
    return _back()


@bp.post("/account/before/returned")
@audience("patient")
def before_returned() -> Response:
    """Take in what was given back while this session was open."""
    taken = taking_in.take_in(session(), current_user.keyring, now=clock.now())
    flash(ngettext("%(num)s record was taken in.", "%(num)s records were taken in.", taken))
    return _back()


@bp.post("/account/before/consents/<uuid:grant_id>/ending")
@audience("patient")
def before_ending(grant_id: UUID) -> Response:
    """End a consent from before the new start."""
    db = session()
    former.end(db, current_user.keyring, grant_id, now=clock.now())
    db.commit()
    flash(_("It has ended. What was read before can’t be unread."))
    return _back()


@bp.post("/account/before/erasure")
@audience("patient")
def before_erasure() -> Response:
    """Erase what is sealed and the keys that could open it."""
    db, site, keyring, now = session(), parts().site_key, current_user.keyring, clock.now()
    form = ErasureForm()
    facts = _facts(erasing=form)
    if not form.validate():
        return answer_invalid(PAGE, form, **facts)
    try:
        with guarded(str(keyring.account_id)):
            accounts.step_up(db, site, keyring, password=form.password.data or "", now=now)
    except REFUSALS as error:
        return refused(error, PAGE, form, WRONG, "password", **facts)
    former.erase(db, keyring, now=now)
    db.commit()
    flash(_("What was sealed from before is erased, and nothing can open it any more."))
    return _back()


@bp.app_context_processor
def words() -> dict[str, object]:
    """Let pages of other features say that somebody began anew, and when."""
    return {"began_anew": _began_anew}


def _began_anew() -> Start | None:
    if not current_user.is_authenticated or current_user.role != "patient":
        return None
    return former.start(session(), current_user.keyring)


def _facts(
    opening: OpeningForm | None = None, erasing: ErasureForm | None = None
) -> dict[str, object]:
    told = former.before(session(), current_user.keyring, now=clock.now())
    if told is None:
        raise NotFound
    return {
        "before": told,
        "opening": opening or OpeningForm(formdata=None),
        "erasing": erasing or ErasureForm(formdata=None),
    }


def _back() -> Response:
    return make_response(redirect(url_for("accounts.before"), 303))
