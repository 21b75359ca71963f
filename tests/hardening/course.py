"""What a course of treatment leaves on everybody's pages, so that its forms are met by a walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.town import Town
    from tests.visitors import Visitor

RULE = {"key": "mood", "how": "level", "side": "below", "at": "2", "then": "Call me."}
POINTS = ("allergy", "dependence", "psychosis", "heart", "pregnancy", "suicide")


def leave_a_course(town: Town) -> None:
    """Let Tess begin what she does with a patient, and Ana answer and write."""
    desk = f"/patients/{town['grant']}"
    for name in ("Asked", "Taken back"):
        town.tess.arrive(f"{desk}/rules", name=name, **RULE)
    for what in ("prompt", "practice"):
        town.tess.arrive(f"{desk}/assignments", what=what, words=f"A {what}.")
    town.tess.arrive(f"{desk}/care", f"{desk}/care/steps", step="cleared")
    town.ana.page("/care")
    _write(town.ana)
    answers = {f"answer-{point}": "no" for point in POINTS}
    town.ana.arrive("/screening/answers", **answers)


def _write(ana: Visitor) -> None:
    ana.arrive("/insights/new", words="What stays.")
    ana.arrive("/practices/new", words="Walk.", often="daily")
    ana.arrive("/preparation/intentions/new", body="To listen.")
    ana.arrive("/medications/new", name="Pill", what="started")
