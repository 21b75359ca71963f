"""Signing in and out, and coming back with the recovery kit."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user

from journal import clock
from journal.core import accounts, coming_back
from journal.db import session
from journal.features.accounts.arriving import arrive, destination, end_this_session
from journal.features.accounts.forms import RecoveryForm, SignInForm
from journal.features.accounts.refusals import REFUSALS, refused
from journal.web import late_post, login
from journal.web.audience import audience
from journal.web.forms import answer_invalid
from journal.web.parts import parts
from journal.web.throttling import guarded_at

bp = Blueprint("accounts", __name__)

# The same words whether the address is known or not: nobody learns who is here.
WRONG_PASSWORD = _("This e-mail address and password don't belong together.")
WRONG_KIT = _("This e-mail address and recovery kit don't belong together.")


@bp.get("/sign-in")
@audience("public")
def sign_in() -> Response:
    """Ask who it is."""
    wanted = request.args.get("next")
    if current_user.is_authenticated:
        return make_response(redirect(destination(wanted), 303))
    form = SignInForm(formdata=None, next=destination(wanted))
    locked = login.ended_account() is not None
    return make_response(render_template("accounts/sign_in.html", form=form, locked=locked))


@bp.post("/sign-in")
@audience("public")
def signing_in() -> Response:
    """Open the password slot: that is signing in."""
    db, site, now = session(), parts().site_key, clock.now()
    form, page = SignInForm(), "accounts/sign_in.html"
    if not form.validate():
        return answer_invalid(page, form, kept=late_post.kept())
    email, password = form.email.data or "", form.password.data or ""
    try:
        with guarded_at(email):
            root = accounts.unlock(db, site, email=email, password=password, now=now)
    except REFUSALS as error:
        return refused(error, page, form, WRONG_PASSWORD, kept=late_post.kept())
    return arrive(db, root, destination(form.next.data), now=now)


@bp.post("/sign-out")
@audience("public")
def sign_out() -> Response:
    """End this browser's session, if it still has one."""
    db = session()
    end_this_session(db)
    db.commit()
    return login.sign_out(make_response(redirect(url_for("accounts.sign_in"), 303)))


@bp.get("/recovery")
@audience("public")
def recovery() -> str:
    """Ask for the kit and a new password."""
    return render_template("accounts/recovery.html", form=RecoveryForm(formdata=None))


@bp.post("/recovery")
@audience("public")
def recovering() -> Response:
    """Open the kit's slot, set a new password, and make a new kit: the old one is spent."""
    db, site, now = session(), parts().site_key, clock.now()
    form, page = RecoveryForm(), "accounts/recovery.html"
    if not form.validate():
        return answer_invalid(page, form)
    email, kit, password = form.email.data or "", form.kit.data or "", form.password.data or ""
    try:
        with guarded_at(email, by="kit"):
            root = coming_back.unlock_with_any_kit(db, site, email=email, kit=kit, now=now)
            accounts.change_password(db, site, root, new_password=password)
            accounts.replace_kit(db, site, root, now=now)
    except REFUSALS as error:
        return refused(error, page, form, WRONG_KIT)
    return arrive(db, root, url_for("accounts.recovery_kit"), now=now, alone=True)
