"""The numbers of a check-in that a rule agreed in advance can be about."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core.opened import Opened
from journal.features.checkins.checkin import KIND, SCALE, SCOPE, SCORES, CheckIn
from journal.web.safety_rules import Offer, Source


def offers(_db: Session) -> Iterator[Offer]:
    """Yield the four."""
    names = dict(zip(SCORES, (_("Mood"), _("Anxiety"), _("Energy"), _("Connection")), strict=True))
    for score in SCORES:
        label = _("Check-in: %(name)s", name=names[score])
        yield Offer(score, str(label), SCALE.start, SCALE.stop - 1)


def values(_db: Session, opened: Opened) -> Mapping[str, Decimal]:
    """Return those of the four that were set."""
    check_in = CheckIn.load(opened.content)
    found = {score: getattr(check_in, score) for score in SCORES}
    return {score: Decimal(value) for score, value in found.items() if value is not None}


SOURCE = Source(KIND, SCOPE, offers, values, daily=True)
