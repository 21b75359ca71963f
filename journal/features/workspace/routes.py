"""The therapist's pages: caseload, invitations, and what each patient shares."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from journal import clock
from journal.core import invitations, pinning, reading, records, restarts, returning, staying
from journal.core.caseload import mark_seen
from journal.core.errors import InvitationClosed, NotFound
from journal.db import session
from journal.features.workspace import qr, queries
from journal.features.workspace.forms import InvitationForm
from journal.web import desk as beside
from journal.web import desk_lines, kinds, series
from journal.web.audience import audience
from journal.web.forms import answer_invalid, tidy_line
from journal.web.login import keyring as own_keyring
from journal.web.parts import parts
from journal.web.zone import zone

bp = Blueprint("workspace", __name__)
MOST = 1_000_000  # lines of a caseload


@bp.get("/caseload")
@audience("therapist")
def caseload() -> str:
    """Everybody who shares with this therapist, those with most that is new first."""
    first = request.args.get("after", 0, type=int)
    if not 0 <= first <= MOST:
        raise NotFound("a line that no caseload has")
    db, keyring, now = session(), own_keyring(), clock.now()
    pinning.accept_pins(db, keyring, now=now)
    searched, stands = tidy_line(request.args.get("q")) or "", desk_lines.told(db, keyring, now)
    desk = beside.desk(db, keyring, now, searched, first, stands=stands)
    return render_template("workspace/index.html", desk=desk)


@bp.route("/caseload/invitations/new", methods=["GET", "POST"])
@audience("therapist")
def invitation_new() -> str | Response:
    """Invite a patient: ask for a note, then show what to hand over."""
    db, keyring, now = session(), own_keyring(), clock.now()
    staying.require(db, keyring.account_id)
    form = InvitationForm()
    if not form.validate_on_submit():
        desk = beside.desk(db, keyring, now)
        if form.is_submitted():
            return answer_invalid("workspace/invitation_new.html", form, desk=desk)
        return render_template("workspace/invitation_new.html", form=form, desk=desk)
    invited = invitations.invite_patient(
        db, keyring, label=form.label.data or "", client_id=form.client_id.data, now=now
    )
    db.commit()
    return redirect(url_for("workspace.invitation", invitation_id=invited.id), 303)


@bp.get("/caseload/invitations/<uuid:invitation_id>")
@audience("therapist")
def invitation(invitation_id: UUID) -> str:
    """One invitation while it waits: its link, QR code and safety code."""
    db, keyring, now = session(), own_keyring(), clock.now()
    invited = queries.invitation(db, keyring, invitation_id, now)
    link = f"{parts().settings.base_url}/invitations/{invited.token}"
    return render_template(
        "workspace/invitation.html",
        invited=invited,
        link=link,
        picture=qr.draw(link),
        desk=beside.desk(db, keyring, now),
    )


@bp.post("/caseload/invitations/<uuid:invitation_id>/withdrawal")
@audience("therapist")
def invitation_withdrawal(invitation_id: UUID) -> Response:
    """Close an invitation of one's own; closing it twice is closing it once."""
    db, keyring, now = session(), own_keyring(), clock.now()
    try:
        invitations.withdraw(db, keyring, invitation_id)
    except NotFound:
        queries.invitation(db, keyring, invitation_id, now)
        flash(_("Somebody has used this invitation already."), "wrong")
    else:
        flash(_("The invitation is withdrawn: its link opens nothing any more."))
    db.commit()
    return redirect(url_for("workspace.caseload"), 303)


@bp.get("/patients/<uuid:grant_id>")
@audience("therapist")
def patient(grant_id: UUID) -> str:
    """What one patient shares: since when, until when, and the titles of the entries."""
    db, keyring, now = session(), own_keyring(), clock.now()
    before = request.args.get("before")
    page = queries.patient_page(db, keyring, grant_id, before=before, now=now)
    desk = beside.desk(db, keyring, now)
    return render_template("workspace/patient.html", patient=page, before=before, desk=desk)


@bp.route("/patients/<uuid:grant_id>/restart", methods=["GET", "POST"])
@audience("therapist")
def restart(grant_id: UUID) -> str | Response:
    """Vouch for a patient without password and kit: say what follows, then make the link."""
    db, keyring, now = session(), own_keyring(), clock.now()
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    if request.method == "GET":
        desk = beside.desk(db, keyring, now)
        return render_template("workspace/restart.html", grant=grant, desk=desk)
    try:
        invited = restarts.make(db, keyring, grant_id, now=now)
    except InvitationClosed:
        flash(_("This consent names keys you had long ago: invite them to a new account."), "wrong")
        return redirect(url_for("workspace.patient", grant_id=grant_id), 303)
    db.commit()
    return redirect(url_for("workspace.invitation", invitation_id=invited.id), 303)


@bp.post("/patients/<uuid:grant_id>/return")
@audience("therapist")
def give_back(grant_id: UUID) -> Response:
    """Give the patient what was readable before the new start; pressed twice is pressed once."""
    db, keyring, now = session(), own_keyring(), clock.now()
    given = returning.give_back(db, keyring, grant_id, now=now)
    flash(
        ngettext(
            "Given back: %(num)s record. It is there when the patient next signs in.",
            "Given back: %(num)s records. They are there when the patient next signs in.",
            given,
        )
    )
    return redirect(url_for("workspace.patient", grant_id=grant_id), 303)


@bp.get("/patients/<uuid:grant_id>/records/<uuid:record_id>")
@audience("therapist")
def record(grant_id: UUID, record_id: UUID) -> str:
    """One shared record, written to the patient's log before it is opened."""
    db, keyring, now = session(), own_keyring(), clock.now()
    opened = records.open_as_reader(db, keyring, grant_id, record_id, now=now)
    grant = reading.open_grant(db, keyring, grant_id, now=now)
    mark_seen(db, keyring, grant, [record_id])
    try:
        kind = kinds.kind(opened.kind)
    except KeyError as error:
        raise NotFound("unknown kind") from error
    return render_template(
        "workspace/record.html",
        grant=grant,
        record=opened,
        kind=kind,
        desk=beside.desk(db, keyring, now),
    )


@bp.get("/patients/<uuid:grant_id>/check-ins")
@audience("therapist")
def checkins(grant_id: UUID) -> str:
    """A patient's check-ins as pictures with their tables, and as a list with the notes."""
    db, keyring, now = session(), own_keyring(), clock.now()
    days, before = series.range_of(request.args.get("days")), request.args.get("before")
    page = queries.checkins_page(
        db, keyring, grant_id, days=days, before=before, zone=zone(), now=now
    )
    return render_template(
        "workspace/checkins.html",
        page=page,
        days_shown=days,
        ranges=series.RANGES,
        partial=kinds.kind("check-in").partial,
        desk=beside.desk(db, keyring, now),
    )
