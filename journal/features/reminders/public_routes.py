"""What works without signing in: a calendar's feed, and stopping e-mails by the link in one."""

from flask import Blueprint, Response, make_response, render_template

from journal import clock
from journal.core import calendar_feeds, reminding
from journal.db import session
from journal.features.reminders import calendar_feed
from journal.web.audience import audience
from journal.web.parts import parts

public = Blueprint("public_reminders", __name__)


@public.get("/calendar/<token>.ics")
@audience("public")
def feed(token: str) -> Response:
    """Give a calendar program what it asks for; NotFound for a token that leads nowhere."""
    db, site = session(), parts().site_key
    owner = calendar_feeds.owner_of(db, token)
    kept = reminding.read(db, site, owner)
    drawn = calendar_feed.draw(kept, calendar_feeds.uid_of(token), clock.now())
    return Response(drawn, content_type="text/calendar; charset=utf-8")


@public.get("/reminders/stop/<token>")
@audience("public")
def stop_asks(token: str) -> str:
    """Ask before it stops: programs that look at mail follow every link. NotFound for no token."""
    reminding.read_stop_token(parts().site_key, token)
    return render_template("reminders/stop.html", stopped=False)


@public.post("/reminders/stop/<token>")
@audience("public")
def stop(token: str) -> Response:
    """Send no more e-mails; a mail program may ask for it by itself."""
    db = session()
    reminding.stop_email(db, parts().site_key, token, now=clock.now())
    db.commit()
    return make_response(render_template("reminders/stop.html", stopped=True))
