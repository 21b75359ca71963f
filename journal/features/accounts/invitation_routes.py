"""A link from a therapist or the operator: a new account, or a further therapist."""

from datetime import datetime
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from journal import clock
from journal.core import accounts, invitations
from journal.core.errors import AlreadyGiven, InvitationClosed, NotFound, WrongCredentials
from journal.core.invitations import Invitation
from journal.db import session
from journal.features.accounts import actions, new_start, offer
from journal.features.accounts.arriving import HOME, arrive
from journal.features.accounts.forms import FurtherForm, SignInForm, sign_up_form
from journal.features.accounts.refusals import REFUSALS, refused
from journal.features.accounts.routes import WRONG_PASSWORD, bp
from journal.web import soft_window
from journal.web.audience import audience
from journal.web.forms import answer_invalid
from journal.web.parts import parts
from journal.web.throttling import guarded, guarded_at

TAKEN = lazy_gettext(
    "There is an account with this address already. Sign in first, then open this link again."
)
WRONG = lazy_gettext("This is not your password.")


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@audience("public")
def invitation(token: str) -> Response:
    """Accept an invitation, as somebody new or as a patient who is signed in."""
    try:
        invited = invitations.open_invitation(session(), token, now=clock.now())
        if invited.role == "restart":
            return new_start.begin(token, invited)
        if invited.role == "patient" and _is_patient():
            return _further(token, invited)
        return _sign_up(token, invited)
    except InvitationClosed:
        session().rollback()
        return _closed(token)


def _sign_up(token: str, invited: Invitation) -> Response:
    db, site, now = session(), parts().site_key, clock.now()
    form, page = sign_up_form(invited), "accounts/invitation.html"
    facts = {"invited": invited, "offer": offer}
    if request.method != "POST":
        return make_response(render_template(page, form=form, **facts))
    if not form.validate():
        return answer_invalid(page, form, **facts)
    try:
        # Counted for each link, or one link would answer who has an account here.
        with guarded(f"invitation {invited.id}"):
            root = actions.sign_up(db, site, token, form, parts().settings.idle_minutes, now=now)
    except REFUSALS as error:
        return refused(error, page, form, TAKEN, "email", **facts)
    return arrive(db, root, url_for("accounts.recovery_kit"), now=now)


def _further(token: str, invited: Invitation) -> Response:
    db, site, now = session(), parts().site_key, clock.now()
    keyring, page = current_user.keyring, "accounts/further.html"
    form, facts = actions.further_form(db, keyring, token), {"invited": invited, "offer": offer}
    until = soft_window.open_until(db, keyring, now) if request.method == "POST" else None
    if until:
        return _keep_for_later(token, invited, form, until)
    if request.method != "POST":
        return make_response(render_template(page, form=form, **facts))
    if not form.validate():
        return answer_invalid(page, form, **facts)
    try:
        with guarded(str(keyring.account_id)):
            root = accounts.step_up(db, site, keyring, password=form.password.data or "", now=now)
        grant_id = invitations.accept_further(db, root, token, choice=form.choice, now=now)
        soft_window.settle(db, keyring, soft_window.ACCEPT, token=token)
        db.commit()
    except REFUSALS as error:
        return refused(error, page, form, WRONG, "password", **facts)
    except AlreadyGiven as given:
        flash(_("You share with this therapist already. Change here what they may read."))
        grant_id = given.grant_id
    return make_response(redirect(f"/sharing/{grant_id}", 303))


def _keep_for_later(
    token: str, invited: Invitation, form: FurtherForm, until: datetime
) -> Response:
    """Keep what was chosen on the day after a session; the link itself stays open meanwhile."""
    db, keyring = session(), current_user.keyring
    choice = {"scopes": form.scopes.data or [], "since": form.since.data}
    facts = {"token": token, "name": invited.inviter_name, **choice}
    soft_window.settle(db, keyring, soft_window.ACCEPT, token=token)
    soft_window.keep(db, keyring, soft_window.ACCEPT, facts, clock.now())
    db.commit()
    flash(soft_window.waits(until))
    return make_response(redirect("/sharing", 303))


def _closed(token: str) -> Response:
    """Answer a link that opens nothing any more: once more as before for whoever used it."""
    used = invitations.used_by(session(), token)
    if used is not None and current_user.is_authenticated and current_user.account_id == used:
        return make_response(redirect(_place_of(token), 303))
    if used is not None and request.method == "POST":
        return _sign_in_again(used)
    raise NotFound("closed invitation")


def _place_of(token: str) -> str:
    if request.method != "POST":
        return HOME
    if "email" in request.form:
        return url_for("accounts.recovery_kit")
    return f"/sharing/{invitations.grant_of(session(), token)}"


def _sign_in_again(used_by: UUID) -> Response:
    """The answer to the sign-up got lost on its way: the same post signs in."""
    db, site, now = session(), parts().site_key, clock.now()
    form = SignInForm()
    email, password = form.email.data or "", form.password.data or ""
    try:
        with guarded_at(email):
            root = actions.unlock_again(db, site, email, password, used_by, now=now)
    except WrongCredentials as error:
        raise NotFound("closed invitation") from error
    except REFUSALS as error:
        return refused(error, "accounts/sign_in.html", form, WRONG_PASSWORD)
    return arrive(db, root, url_for("accounts.recovery_kit"), now=now)


def _is_patient() -> bool:
    return bool(current_user.is_authenticated) and current_user.role == "patient"
