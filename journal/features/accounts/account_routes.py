"""The account's own pages: profile, password, devices, recovery kit."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from journal import clock
from journal.core import accounts, sessions
from journal.db import session
from journal.features.accounts import actions
from journal.features.accounts.arriving import HOME
from journal.features.accounts.forms import KitForm, PasswordForm, ProfileForm, RenewalForm
from journal.features.accounts.refusals import REFUSALS, refused
from journal.features.accounts.routes import bp
from journal.web.audience import audience
from journal.web.forms import answer_invalid
from journal.web.parts import parts
from journal.web.throttling import guarded

WRONG = lazy_gettext("This is not your password.")


@bp.get("/account")
@audience("signed-in")
def account() -> str:
    """Show what the account knows of its person."""
    known = accounts.profile(session(), current_user.keyring)
    form = ProfileForm(
        formdata=None, name=known.name, zone=known.zone, idle_minutes=known.idle_minutes
    )
    return render_template("accounts/account.html", form=form, email=known.email)


@bp.post("/account")
@audience("signed-in")
def profile() -> Response:
    """Change name, zone or idle lock."""
    db, keyring, form = session(), current_user.keyring, ProfileForm()
    if not form.validate():
        email = accounts.profile(db, keyring).email
        return answer_invalid("accounts/account.html", form, email=email)
    actions.save_profile(db, parts().site_key, keyring, form, clock.now())
    db.commit()
    flash(_("Saved."))
    return make_response(redirect(url_for("accounts.account"), 303))


@bp.get("/account/password")
@audience("signed-in")
def password() -> str:
    """Ask for the old password and a new one."""
    email = accounts.profile(session(), current_user.keyring).email
    return render_template("accounts/password.html", form=PasswordForm(formdata=None), email=email)


@bp.post("/account/password")
@audience("signed-in")
def password_change() -> Response:
    """Replace the password and end the other sessions: one of them may be a thief's."""
    db, site, now = session(), parts().site_key, clock.now()
    keyring, form, page = current_user.keyring, PasswordForm(), "accounts/password.html"
    known = accounts.profile(db, keyring)
    form.about = (known.name, known.email)
    if not form.validate():
        return answer_invalid(page, form, email=known.email)
    old, new = form.password.data or "", form.new_password.data or ""
    try:
        with guarded(str(keyring.account_id)):
            root = accounts.step_up(db, site, keyring, password=old, now=now)
            accounts.change_password(db, site, root, new_password=new)
    except REFUSALS as error:
        return refused(error, page, form, WRONG, "password", email=known.email)
    sessions.end_others(db, keyring)
    db.commit()
    flash(_("Your password is changed. Your other devices are signed out."))
    return make_response(redirect(url_for("accounts.account"), 303))


@bp.get("/account/devices")
@audience("signed-in")
def devices() -> str:
    """List where the account is signed in."""
    listed = sessions.devices(session(), current_user.keyring, now=clock.now())
    return render_template("accounts/devices.html", devices=listed)


@bp.post("/account/devices/<device>/ending")
@audience("signed-in")
def device_ending(device: str) -> Response:
    """Sign one device out."""
    db = session()
    sessions.end_device(db, current_user.keyring, device)
    db.commit()
    flash(_("That device is signed out."))
    return make_response(redirect(url_for("accounts.devices"), 303))


@bp.route("/account/recovery-kit", methods=["GET", "POST"])
@audience("signed-in")
def recovery_kit() -> Response:
    """Show the kit until it is typed back, for ten minutes at most."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    form, page = KitForm(), "accounts/recovery_kit.html"
    shown = accounts.pending_kit(db, keyring, now=now)
    if shown is None:
        return _without_kit()
    facts = {"groups": shown.split("-")}
    if request.method != "POST":
        return make_response(render_template(page, form=form, **facts))
    if not form.validate():
        return answer_invalid(page, form, **facts)
    if not accounts.confirm_kit(db, keyring, typed=form.kit.data or "", now=now):
        form.refuse(_("This is not the kit shown here. Compare it group by group."), "kit")
        return answer_invalid(page, form, **facts)
    db.commit()
    flash(_("Your recovery kit is right. Keep it where only you find it."))
    return make_response(redirect(HOME, 303))


@bp.post("/account/recovery-kit/renewal")
@audience("signed-in")
def kit_renewal() -> Response:
    """Make a new kit; the old one opens nothing from here on."""
    db, site, now = session(), parts().site_key, clock.now()
    keyring, form, page = current_user.keyring, RenewalForm(), "accounts/kit_renewal.html"
    if not form.validate():
        return answer_invalid(page, form)
    try:
        with guarded(str(keyring.account_id)):
            root = accounts.step_up(db, site, keyring, password=form.password.data or "", now=now)
            accounts.replace_kit(db, site, root, now=now)
    except REFUSALS as error:
        return refused(error, page, form, WRONG, "password")
    db.commit()
    return make_response(redirect(url_for("accounts.recovery_kit"), 303))


def _without_kit() -> Response:
    if request.method == "POST":
        # It was typed back already, or its ten minutes are over: the page says what to do.
        return make_response(redirect(url_for("accounts.recovery_kit"), 303))
    form = RenewalForm(formdata=None)
    return make_response(render_template("accounts/kit_renewal.html", form=form))
