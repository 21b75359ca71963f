"""A patient's own pages: help where a rule applied, the rules, her answers to them."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from journal import clock
from journal.core import shares
from journal.core.errors import Full, NotFound, StaleVersion
from journal.db import session
from journal.features.safety import answering, rule_queries
from journal.features.safety.plan import EMPTY, PARTS
from journal.features.safety.rule_forms import AgreementForm
from journal.web import copies, soft_window
from journal.web.audience import audience
from journal.web.login import keyring
from journal.web.parts import parts

bp = Blueprint("safety_rules", __name__, url_prefix="/safety-plan")


@bp.get("/now")
@audience("patient")
def now() -> str:
    """Show help at once, whom to call, and the plan: where a rule applied leads, and anybody."""
    facts = rule_queries.when_it_is_hard(session(), keyring(), clock.now())
    version = facts["version"]
    return render_template(
        "safety/now.html",
        found=facts["found"],
        plan=version.plan if version else EMPTY,
        all_parts=PARTS,
        clinic_phone=parts().settings.clinic_phone,
    )


@bp.get("/rules")
@audience("patient")
def index() -> str:
    """Show what is proposed, what is agreed, and what applied."""
    db, at = session(), clock.now()
    copies.take_in(db, keyring(), at)
    return render_template(
        "safety/rules.html",
        proposals=answering.proposals(db, keyring(), at),
        found=rule_queries.all_applied(db, keyring(), at),
    )


@bp.post("/rules/<uuid:letter>/agreement")
@audience("patient")
def agreement(letter: UUID) -> Answer:
    """Agree to a rule as it stood on the page."""
    db, at, form = session(), clock.now(), AgreementForm()
    proposal, tell = answering.one_of(db, keyring(), letter, at), bool(form.tell.data)
    until = soft_window.open_until(db, keyring(), at) if tell else None
    try:
        said = form.said.data or ""
        answering.agree(db, keyring(), proposal, said, tell=tell and not until, now=at)
    except StaleVersion:
        db.rollback()
        flash(_("This rule was changed since you opened the page. Read it again."), "wrong")
    except Full:
        db.rollback()
        flash(_("So many rules are in force already. End one first."), "wrong")
    else:
        db.commit()
        flash(_not_told_yet() if until else _("Agreed. You can end it at any time."))
    return redirect(url_for(".index"), 303)


@bp.post("/rules/<uuid:letter>/refusal")
@audience("patient")
def refusal(letter: UUID) -> Answer:
    """Decline a rule, or end it: at once."""
    db, at = session(), clock.now()
    proposal = answering.one_of(db, keyring(), letter, at)
    answering.refuse(db, keyring(), proposal, now=at)
    db.commit()
    agreed = proposal.answer is not None and proposal.answer.holds
    flash(_("Ended. Nothing is looked at or told by it any more.") if agreed else _("Declined."))
    return redirect(url_for(".index"), 303)


@bp.post("/rules/flags/<uuid:flag_id>/withdrawal")
@audience("patient")
def withdrawal(flag_id: UUID) -> Answer:
    """Take back what was told: her therapist can't open it any more."""
    db, at = session(), clock.now()
    told = {one.applied.flag: one for one in rule_queries.all_applied(db, keyring(), at)}
    if flag_id not in told:
        raise NotFound("no flag")
    if told[flag_id].is_told:
        shares.unshare(db, keyring(), told[flag_id].applied.grant, flag_id, now=at)
    db.commit()
    flash(_("Taken back. What was seen can't be unseen."))
    return redirect(url_for(".index"), 303)


def _not_told_yet() -> str:
    return str(
        _(
            "Agreed, and help is shown to you. Telling somebody else is more than is begun on the"
            " day after a session: agree to that once more tomorrow."
        )
    )
