"""The brief before a meeting: one page to read, and to print, with what each feature has for it."""

from collections.abc import Iterable
from uuid import UUID

from flask import render_template, request
from markupsafe import Markup

from journal import clock
from journal.core import reading
from journal.db import session
from journal.features.workspace import brief_queries
from journal.features.workspace.brief_queries import Whose
from journal.features.workspace.routes import bp
from journal.web import briefs, room
from journal.web import desk as beside
from journal.web.audience import audience
from journal.web.briefs import Filled
from journal.web.login import keyring
from journal.web.zone import zone

ROOM = 6_500  # bytes for the parts of one page; the rest stands around them


@bp.get("/patients/<uuid:grant_id>/brief")
@audience("therapist")
def brief(grant_id: UUID) -> str:
    """What changed since the last meeting, each thing logged as its own page logs it."""
    db, now = session(), clock.now()
    grant = reading.open_grant(db, keyring(), grant_id, now=now)
    asked, first = request.args.get("since", ""), request.args.get("from", "")
    page = brief_queries.page(db, keyring(), grant, asked, zone(), now)
    parts, more = _fitting(page.patient, briefs.shown(page.brief, first))
    return render_template(
        "workspace/brief.html",
        page=page,
        patient=page.patient,
        parts_shown=parts,
        more=more,
        desk=beside.desk(db, keyring(), now),
    )


def _fitting(patient: Whose, filled: Iterable[Filled]) -> tuple[list[Markup], str]:
    """Return the parts that fit on a page, and the name of the first that does not; "" for none."""
    found: list[Markup] = []
    left = ROOM
    for one in filled:
        html = Markup(render_template(one.partial, part=one.facts, patient=patient))  # noqa: S704
        left -= room.bytes_of(html)
        if found and left < 0:
            return found, one.name
        found.append(html)
    return found, ""
