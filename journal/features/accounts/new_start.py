"""A new start by a therapist's link, for a patient who has neither password nor kit."""

from flask import Response, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _

from journal import clock
from journal.core import resetting, restarts
from journal.core.invitations import Invitation
from journal.db import session
from journal.features.accounts import offer
from journal.features.accounts.arriving import arrive
from journal.features.accounts.forms import NewStartForm
from journal.features.accounts.refusals import REFUSALS, refused
from journal.web.forms import answer_invalid
from journal.web.parts import parts
from journal.web.throttling import guarded

PAGE = "accounts/new_start.html"
WRONG = _("This link and this e-mail address don't belong together.")


def begin(token: str, invited: Invitation) -> Response:
    """Ask for the account's own address and a new password; then give it new keys.

    InvitationClosed where the link's proof does not hold.
    """
    db, site, now = session(), parts().site_key, clock.now()
    restarts.verify(db, invited, now=now)
    form, facts = NewStartForm(), {"invited": invited, "offer": offer}
    if request.method != "POST":
        return make_response(render_template(PAGE, form=form, **facts))
    if not form.validate():
        return answer_invalid(PAGE, form, **facts)
    try:
        with guarded(f"invitation {invited.id}"):
            root, _kit = resetting.reset(
                db,
                site,
                token,
                email=form.email.data or "",
                password=form.password.data or "",
                zone=form.zone_found,
                choice=form.choice,
                now=now,
            )
    except REFUSALS as error:
        return refused(error, PAGE, form, WRONG, "email", **facts)
    return arrive(db, root, url_for("accounts.recovery_kit"), now=now, alone=True)
