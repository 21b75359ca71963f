"""A therapist's own keys: what they are for, and changing them."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from journal import clock
from journal.core import accounts, key_change, sessions
from journal.core.keyring import RootKeyring
from journal.db import session
from journal.features.accounts.forms import RenewalForm
from journal.features.accounts.refusals import REFUSALS, refused
from journal.features.accounts.routes import bp
from journal.web import login
from journal.web.audience import audience
from journal.web.device import device_name
from journal.web.forms import answer_invalid
from journal.web.parts import parts
from journal.web.throttling import guarded

PAGE = "accounts/keys.html"
WRONG = lazy_gettext("This is not your password.")


@bp.get("/account/keys")
@audience("therapist")
def keys() -> str:
    """Say what the keys are for, and when they changed."""
    return render_template(PAGE, form=RenewalForm(formdata=None), own=_own())


@bp.post("/account/keys")
@audience("therapist")
def keys_change() -> Response:
    """Make new keys, announced by the old ones; every other device is signed out."""
    db, now, keyring = session(), clock.now(), current_user.keyring
    form, own = RenewalForm(), _own()
    if not form.validate():
        return answer_invalid(PAGE, form, own=own)
    typed = form.password.data or ""
    try:
        with guarded(str(keyring.account_id)):
            root = accounts.step_up(db, parts().site_key, keyring, password=typed, now=now)
    except REFUSALS as error:
        return refused(error, PAGE, form, WRONG, "password", own=own)
    changed = key_change.change_keys(db, root, now=now)
    flash(_("Your keys are changed. Your other devices are signed out."))
    return _begin_again(changed)


def _begin_again(root: RootKeyring) -> Response:
    """End every session that the old key certified, and start one here; commits."""
    db, agent = session(), request.user_agent.string
    device = device_name(agent)
    cookie, keyring = sessions.start(db, parts().site_key, root, device=device, now=clock.now())
    sessions.end_others(db, keyring)
    db.commit()
    return login.sign_in(make_response(redirect(url_for("accounts.keys"), 303)), cookie)


def _own() -> key_change.OwnKeys:
    return key_change.own(session(), current_user.keyring, now=clock.now())
