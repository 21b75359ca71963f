"""What Tess's picture of check-ins marks: her own sessions, and medicines once they are shared."""

from datetime import timedelta
from uuid import uuid4

from journal.core import access_log, consent, records
from journal.core.consent import Choice
from tests import people
from tests.feature.care.test_brief import record
from tests.session_records import OVER


def keep(ana, scope, kind, **content):
    said = {"scope": scope, "kind": kind, "content": content}
    at = people.NOW - timedelta(hours=1)
    kept = records.write(ana.db, ana.root, record_id=uuid4(), **said, occurred_at=at, now=at)
    ana.db.commit()
    return kept.id


def share(ana, grant, *scopes):
    consent.change(ana.db, ana.root, grant, Choice(scopes), now=people.NOW)
    ana.db.commit()


def opened_by_tess(ana):
    logs = access_log.logs(ana.db, ana.root, now=people.NOW).values()
    return {one for line in access_log.lines(logs) for one in line.event().records}


def test_her_sessions_are_marked_and_medicines_only_where_they_are_shared(
    laptop, phone, grant, planned, ana
):
    share(ana, grant, "check-ins")
    keep(ana, "check-ins", "check-in", mood=4)
    change = keep(
        ana, "medications", "medication", name="Sertraline", what="stopped", on="2026-11-20"
    )
    record(laptop, grant, planned(), **OVER)
    page = f"/patients/{grant}/check-ins?days=90"
    shown = laptop.get(page).text
    assert "Session 1</span>" in shown
    assert "Sertraline" not in shown
    assert change not in opened_by_tess(ana)
    share(ana, grant, "check-ins", "medications")
    change = keep(
        ana, "medications", "medication", name="Sertraline", what="stopped", on="2026-11-20"
    )
    assert "Sertraline" in laptop.get(page).text
    assert change in opened_by_tess(ana)
    # The patient, who looks at what Tess sees, sees as much, and writes no line:
    # also what was recorded since she last opened Today.
    before = opened_by_tess(ana)
    seen = phone.get(f"/sharing/{grant}/preview/check-ins?days=90").text
    assert "Session 1</span>" in seen
    assert "Sertraline" in seen
    assert opened_by_tess(ana) == before
