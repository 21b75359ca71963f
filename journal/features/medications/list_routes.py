"""The lists: what is taken, every change, doses and days between, own use, checks, the summary."""

from flask import render_template

from journal import clock
from journal.db import session
from journal.features.medications import queries, sorts
from journal.features.medications.blueprint import bp
from journal.features.medications.forms import NotedForm
from journal.web import copies
from journal.web.audience import audience
from journal.web.login import keyring
from journal.web.paths import first
from journal.web.pieces.sorts import Sort


@bp.get("")
@audience("patient")
def hub() -> str:
    """Show what is taken by now."""
    found = queries.hub(session(), keyring(), clock.now())
    return render_template("medications/index.html", hub=found)


@bp.get("/changes")
@audience("patient")
def changes() -> str:
    """Show every change, newest first."""
    return _list(sorts.CHANGES)


@bp.get("/exposures")
@audience("patient")
def exposures() -> str:
    """Show what was taken outside the clinic, newest first."""
    return _list(sorts.USES)


@bp.get("/checks")
@audience("patient")
def checks() -> str:
    """Show the checks of the body, newest first."""
    return _list(sorts.CHECKS)


@bp.get("/doses")
@audience("patient")
def doses() -> str:
    """Show the ledger of doses and the days between."""
    now = clock.now()
    copies.take_in(session(), keyring(), now)
    found = queries.doses(session(), keyring(), now, first())
    return render_template("medications/doses.html", doses=found, routes=queries.ROUTES)


@bp.get("/summary")
@audience("patient")
def summary() -> str:
    """Show what changed since the last session, to be talked about."""
    now = clock.now()
    copies.take_in(session(), keyring(), now)
    found = queries.summary(session(), keyring(), now)
    return render_template(
        "medications/summary.html", shown=found, routes=queries.ROUTES, sort_of=sorts.SORTS
    )


def _list(sort: Sort[NotedForm]) -> str:
    page = queries.listed(session(), keyring(), sort.name, first(), clock.now())
    return render_template("medications/list.html", sort=sort, page=page)
