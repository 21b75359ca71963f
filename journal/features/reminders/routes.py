"""A patient's own page: when to be reminded, and through what."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from journal import clock
from journal.core import calendar_feeds, push_endpoints, reminding, throttle
from journal.core.throttle import Counter
from journal.db import session
from journal.features.reminders import queries
from journal.features.reminders.forms import BrowserForm, RemindersForm
from journal.web import due
from journal.web.audience import audience
from journal.web.forms import answer_invalid
from journal.web.notices import offer_undo
from journal.web.parts import parts
from journal.web.zone import zone

bp = Blueprint("reminders", __name__)

PAGE = "reminders/show.html"
MOST_TRIALS = 3


@bp.get("/account/reminders")
@audience("patient")
def show() -> str:
    """Say when the next one comes, and let everything about it be chosen."""
    facts = queries.facts(session(), current_user.keyring, clock.now())
    return render_template(PAGE, form=RemindersForm.of(facts["wish"]), **facts)


@bp.post("/account/reminders")
@audience("patient")
def save() -> Response:
    """Keep what was chosen."""
    db, keyring, now, form = session(), current_user.keyring, clock.now(), RemindersForm()
    if not form.validate():
        return answer_invalid(PAGE, form, **queries.facts(db, keyring, now))
    reminding.save(db, parts().site_key, keyring.account_id, form.wish, zone=zone(), now=now)
    due.remind(db, keyring, now, wanted=form.wish.course)
    offer_undo(_("Saved."), url_for("reminders.undoing"))
    return _back()


@bp.post("/account/reminders/undoing")
@audience("patient")
def undoing() -> Response:
    """Put everything back as it was before the last change."""
    db, keyring, now = session(), current_user.keyring, clock.now()
    undone = reminding.undo(db, parts().site_key, keyring.account_id, now=now)
    kept = reminding.read(db, parts().site_key, keyring.account_id)
    due.remind(db, keyring, now, wanted=kept is not None and kept.wish.course)
    flash(_("It is as it was before.") if undone else _("There is nothing to take back."))
    return _back()


@bp.post("/account/reminders/trial")
@audience("patient")
def trial() -> Response:
    """Send one now; raises Throttled after a few."""
    db, site, now = session(), parts().site_key, clock.now()
    counters = [Counter(f"reminder trial|{current_user.account_id}", MOST_TRIALS)]
    throttle.check(db, site, counters, now=now)
    throttle.note_failure(db, site, counters, now=now)
    sent = reminding.ask_now(db, site, current_user.account_id, now=now)
    db.commit()
    flash(
        _("One is on its way. It takes up to a minute.")
        if sent
        else _("There is nothing it could be sent through yet.")
    )
    return _back()


@bp.post("/account/reminders/browsers")
@audience("patient")
def browser() -> Response:
    """Send notices to this browser too."""
    db, keyring, form = session(), current_user.keyring, BrowserForm()
    if not form.validate() or not parts().settings.push_contact:
        flash(_("This browser's notices can't be used here."), "wrong")
        return _back()
    push_endpoints.add(db, parts().site_key, keyring.account_id, form.endpoint.data or "")
    db.commit()
    flash(_("This browser will show your reminders."))
    return _back()


@bp.post("/account/reminders/browsers/removal")
@audience("patient")
def browser_removal() -> Response:
    """Send notices to no browser any more."""
    db = session()
    push_endpoints.drop_all(db, current_user.account_id)
    db.commit()
    flash(_("No browser shows your reminders any more."))
    return _back()


@bp.post("/account/reminders/calendar")
@audience("patient")
def calendar() -> Response:
    """Make an address for a calendar program; an older one ends."""
    db = session()
    calendar_feeds.make(db, current_user.keyring)
    db.commit()
    flash(_("Your calendar's address is below. An older one shows nothing any more."))
    return _back()


@bp.post("/account/reminders/calendar/ending")
@audience("patient")
def calendar_ending() -> Response:
    """Close the calendar's address."""
    db = session()
    calendar_feeds.end(db, current_user.keyring)
    db.commit()
    flash(_("The calendar's address shows nothing any more."))
    return _back()


def _back() -> Response:
    return make_response(redirect(url_for("reminders.show"), 303))
