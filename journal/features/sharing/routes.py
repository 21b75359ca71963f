"""Who can read what: shown, changed, stopped, and told afterwards."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from journal import clock
from journal.core import consent, reader_keys
from journal.core.errors import Busy, NotFound, StepUpNeeded, Throttled, WrongPassword
from journal.core.grants import GrantView
from journal.core.keyring import Keyring
from journal.db import session
from journal.features.sharing import actions, lasting, names, opening_log, queries
from journal.features.sharing.forms import ChangeForm
from journal.web import freshness, scope_words, soft_window
from journal.web.audience import audience
from journal.web.finishing import finish
from journal.web.forms import answer_busy, answer_invalid, answer_throttled
from journal.web.login import keyring as current_keyring
from journal.web.zone import zone

bp = Blueprint("sharing", __name__, url_prefix="/sharing")
PAGE = "sharing/show.html"
LATER = lazy_gettext("Changing the locks takes longer, and goes on when you next sign in.")
ENDED = 409  # it was asked of something that is over


@bp.app_template_filter()
def last_day(not_after: datetime) -> object:
    """Return the last day of a consent, in the person's zone."""
    return lasting.last_day(not_after, zone())


@bp.context_processor
def words() -> dict[str, object]:
    """Give this feature's templates the names of scopes, events and entries."""
    return {
        "scope_names": dict(scope_words.SCOPES),
        "scope_hints": scope_words.HINTS,
        "receipt_names": names.RECEIPTS,
        "title_of": opening_log.title_of,
    }


@bp.get("")
@audience("patient")
def index() -> ResponseReturnValue:
    """Show every therapist's part, and those whose part is over."""
    db, keyring, now = session(), current_keyring(), clock.now()
    actions.follow_keys(db, keyring, now)
    readers = queries.readers(db, keyring, now)
    gone = queries.missing(db, keyring)
    return render_template("sharing/index.html", readers=readers, **gone)


@bp.route("/<uuid:grant_id>", methods=["GET", "POST"])
@audience("patient")
def show(grant_id: UUID) -> ResponseReturnValue:
    """Show one therapist's part as a form, or change it."""
    db, keyring, now = session(), current_keyring(), clock.now()
    actions.follow_keys(db, keyring, now)
    grant = consent.one_grant(db, keyring, grant_id, now=now)
    if not grant.live:
        return _ended(keyring, grant, 200 if request.method == "GET" else ENDED)
    form = _form(grant, now)
    facts = queries.one_reader(db, keyring, grant, now)
    if request.method == "GET":
        return render_template(PAGE, form=form, **facts)
    if not form.validate():
        return answer_invalid(PAGE, form, **facts)
    refused = _change(keyring, form, facts)
    if refused is not None:
        return refused
    db.commit()
    finished = finish(db, keyring, now)
    flash(_said(form) if finished else _("%(said)s %(rest)s", said=_said(form), rest=LATER))
    return redirect(address_of("sharing.show", grant_id=grant_id), 303)


@bp.post("/<uuid:grant_id>/comparison")
@audience("patient")
def comparison(grant_id: UUID) -> ResponseReturnValue:
    """Note that the two of them compared the safety code of the therapist's new keys."""
    db, keyring = session(), current_keyring()
    consent.one_grant(db, keyring, grant_id, now=clock.now())
    reader_keys.compared(db, keyring, grant_id)
    db.commit()
    flash(_("Noted. You can compare the code again at any time: it stays on this page."))
    return redirect(address_of("sharing.show", grant_id=grant_id), 303)


@bp.route("/<uuid:grant_id>/revocation", methods=["GET", "POST"])
@audience("patient")
def revocation(grant_id: UUID) -> ResponseReturnValue:
    """Ask before the sharing stops, or stop it: at once, and once."""
    db, keyring, now = session(), current_keyring(), clock.now()
    if request.method == "GET":
        grant = consent.one_grant(db, keyring, grant_id, now=now)
        if not grant.live:
            return _ended(keyring, grant, 200)
        return render_template("sharing/confirm.html", grant=grant)
    consent.revoke(db, keyring, grant_id, now=now)
    db.commit()
    if not finish(db, keyring, now):
        flash(_("Sharing has ended. %(rest)s", rest=LATER))
    receipt = queries.newest_receipt(db, keyring, grant_id)
    return redirect(address_of("sharing.receipt", receipt_id=receipt.id), 303)


@bp.get("/log")
@audience("patient")
def log() -> ResponseReturnValue:
    """Show what was opened, by whom and when."""
    first = request.args.get("after", 0, type=int)
    if not 0 <= first <= 1_000_000:
        raise NotFound
    db, keyring = session(), current_keyring()
    by = request.args.get("by", type=UUID)
    facts = queries.log(db, keyring, first, clock.now(), by)
    freshness.met_the_log(keyring)
    return render_template("sharing/log.html", **facts)


def _form(grant: GrantView, now: datetime) -> ChangeForm:
    """Return the form, with what was asked for on the day after a session if that is named."""
    intent = request.args.get("asked", "")
    asked = actions.asked_for(session(), current_keyring(), grant, intent) if intent else None
    return ChangeForm(grant, now, None if asked is None else actions.choice_of(grant, asked))


def _change(keyring: Keyring, form: ChangeForm, facts: dict[str, object]) -> Response | None:
    """Change the grant, uncommitted; or return the form with what stands against it."""
    db, choice, password = session(), form.choice(), form.password.data or ""
    if actions.widens(form.grant, choice):
        form.waits_until = soft_window.open_until(db, keyring, form.now)
    try:
        if form.waits_until:
            choice = actions.keep_for_later(db, keyring, form.grant, choice, form.now)
        actions.change(db, keyring, form.grant, choice, password, form.now)
        soft_window.let_be(db, keyring, request.args.get("asked", ""))
    except StepUpNeeded:
        form.refuse(_("Sharing more, or for longer, needs your password."), "password")
    except WrongPassword:
        form.refuse(_("This is not your password."), "password")
    except Throttled as throttled:
        return answer_throttled(PAGE, form, throttled, **facts)
    except Busy as busy:
        return answer_busy(PAGE, form, busy, **facts)
    else:
        return None
    return answer_invalid(PAGE, form, **facts)


def _said(form: ChangeForm) -> str:
    """Return what became of a change, and the way back from taking something away."""
    gone = set(form.grant.scopes) - set(form.scopes.data or ())
    kept = f" {soft_window.waits(form.waits_until)}" if form.waits_until else ""
    if not gone:
        return kept.strip() or str(_("Saved."))
    taken = ", ".join(str(label) for name, label in scope_words.SCOPES if name in gone)
    return str(
        _(
            "Saved. Taken away: %(taken)s. What was read before can’t be unread. To give it back,"
            " choose it again here: that needs your password.",
            taken=taken,
        )
        + kept
    )


def _ended(keyring: Keyring, grant: GrantView, status: int) -> Response:
    newest = queries.newest_receipt(session(), keyring, grant.id)
    return make_response(render_template("sharing/ended.html", grant=grant, newest=newest), status)
