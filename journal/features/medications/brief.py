"""Medicines in a therapist's brief: what changed, what was taken outside, how the body is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from journal.core.opened import Opened
from journal.features.medications import courses, pieces, queries
from journal.features.medications.pieces import Check, Use
from journal.web import briefs
from journal.web.briefs import Brief
from journal.web.happened import MEDICINE, Happened

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from journal.core.reading import OpenGrant
    from journal.web.as_reader import Lister

MOST = 5


def facts(brief: Brief) -> Mapping[str, Any] | None:
    """Return what is noted since, and the latest check; None where it is not shared."""
    if not brief.shares(pieces.SCOPE):
        return None
    found = brief.opened(pieces.SCOPE)
    day = brief.since.astimezone(ZoneInfo(brief.zone)).date()
    lines = courses.changes_in(_of(found, pieces.CHANGE))
    changes = [one for one in lines if one.piece.on >= day or brief.is_new(one.record.written_at)]
    uses = [one for one in _of(found, pieces.USE) if brief.is_new(one.occurred_at)]
    checks = _of(found, pieces.CHECK)[:1]
    return {
        "changes": changes[:MOST],
        "more": len(changes[MOST:]),
        "uses": [(one.occurred_at, Use.load(one.content)) for one in uses[:MOST]],
        "checks": [(one.occurred_at, Check.load(one.content)) for one in checks],
    }


def _of(found: list[Opened], kind: str) -> list[Opened]:
    return [one for one in found if one.kind == kind]


def happened(
    _db: Session, _keyring: Keyring, grant: OpenGrant, lister: Lister
) -> Iterator[Happened]:
    """Yield the latest changes as marks in a therapist's picture, each logged as opened."""
    if pieces.SCOPE not in grant.scopes:
        return
    asked = {"scopes": (pieces.SCOPE,), "kind": pieces.CHANGE, "event": "opened"}
    page = lister(**asked, before=None, limit=queries.MOST_MARKS)
    lines = courses.in_order(courses.changes_in(one for one in page.items if one.readable))
    for line in lines:
        yield Happened(line.record.occurred_at, queries.mark(line.piece), MEDICINE)
    if page.next_cursor and lines:
        told = str(_("Earlier changes of medicines: in their list"))
        yield Happened(lines[-1].record.occurred_at, told, MEDICINE)


PART = briefs.Part("medicines", 40, facts, "medications/_brief.html")
