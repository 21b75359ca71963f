"""Every component in every state, on one page."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from journal import clock
from journal.features.style.forms import sample
from journal.web import series
from journal.web.audience import audience
from journal.web.happened import MEDICINE, SESSION, Happened

bp = Blueprint("style", __name__)
ZONE = "Europe/Vienna"
EVERY_SEVENTH = 7  # days of the picture without a check-in, so that its line shows a gap


@bp.get("/style")
@audience("public")
def show() -> str:
    """Show the style page, from left to right or, with ?dir=rtl, from right to left."""
    now = clock.now()
    today = now.astimezone(ZoneInfo(ZONE)).date()
    happened = [
        Happened(now - timedelta(9), "Session 1", SESSION, "1"),
        Happened(now - timedelta(16), "Sertraline: now 50 mg", MEDICINE),
    ]
    shown = series.by_day(_days(now), days=30, today=today, zone=ZONE, happened=happened)
    little = series.by_day([*_days(now)][:2], days=7, today=today, zone=ZONE)
    return render_template(
        "style/show.html",
        form=sample("plain"),
        refused=sample("refused", wrong=True),
        series=shown,
        little=little,
        now=now,
        rtl=request.args.get("dir") == "rtl",
    )


def _days(now: datetime) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """Yield a month of check-ins that go up and down."""
    for ago in range(30):
        if ago % EVERY_SEVENTH:
            score = (ago * 3 + 4) % 8 + 1
            yield now - timedelta(ago), {"mood": score, "anxiety": 9 - score, "energy": 5}
