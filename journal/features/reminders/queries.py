"""What the reminders' page shows."""

from datetime import datetime
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core import calendar_feeds, push_endpoints, reminding
from journal.core.keyring import Keyring
from journal.core.reminding import Wish
from journal.features.reminders.forms import BrowserForm
from journal.web.filters import at_clock, local
from journal.web.parts import parts
from journal.web.zone import zone

DAY = "EEEE d MMMM"


def facts(db: Session, keyring: Keyring, now: datetime) -> dict[str, Any]:
    """Return what the template takes beside the form."""
    settings, site = parts().settings, parts().site_key
    kept = reminding.read(db, site, keyring.account_id)
    due = kept.due(now) if kept else None
    feed = calendar_feeds.token_of(db, keyring)
    browsers = push_endpoints.count(db, keyring.account_id)
    mailed = bool(settings.smtp_host) and kept is not None and kept.wish.email
    return {
        "wish": kept.wish if kept else Wish(),
        "zone": zone(),
        "next_one": coming(max(due.at, now), now) if due else "",
        "mails": bool(settings.smtp_host),
        "push_key": push_endpoints.public_key(db, site) if settings.push_contact else None,
        "browsers": browsers,
        "sent": mailed or (browsers > 0 and bool(settings.push_contact)),
        "browser_form": BrowserForm(formdata=None),
        "feed": f"{settings.base_url}/calendar/{feed}.ics" if feed else "",
    }


def coming(at: datetime, now: datetime) -> str:
    """Return "today at 20:00", "tomorrow at 20:00" or "on Monday 23 November at 20:00"."""
    days = (local(at).date() - local(now).date()).days
    if days == 0:
        return str(_("today at %(clock)s", clock=at_clock(at)))
    if days == 1:
        return str(_("tomorrow at %(clock)s", clock=at_clock(at)))
    day = format_date(local(at).date(), DAY)
    return str(_("on %(day)s at %(clock)s", day=day, clock=at_clock(at)))
