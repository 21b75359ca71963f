"""How a browser becomes signed in, and how it stops."""

from contextlib import suppress
from datetime import datetime

from flask import Response, flash, make_response, redirect, request, url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session

from journal.core import accounts, arrival, sessions
from journal.core.errors import SessionEnded
from journal.core.keyring import RootKeyring
from journal.web import browsers, csrf, freshness, inbox, late_post, login, paths
from journal.web.device import device_name
from journal.web.parts import parts

HOME = "/"


def arrive(
    db: Session, root: RootKeyring, to: str, *, now: datetime, alone: bool = False
) -> Response:
    """Sign this browser in and commit; alone: end every other session of the account.

    Answers 303 to the path, to the page about an older database while that is not acknowledged, or
    the page that gives a late post back.
    """
    end_this_session(db)
    cookie, keyring = sessions.start(
        db, parts().site_key, root, device=device_name(request.user_agent.string), now=now
    )
    if alone:
        sessions.end_others(db, keyring)
    accounts.forget_old_kit(db, keyring, now=now)
    db.commit()
    returned = arrival.settle_in(db, keyring, now=now)
    if returned:
        flash(
            ngettext(
                "%(num)s record from before your new start was given back to you.",
                "%(num)s records from before your new start were given back to you.",
                returned,
            )
        )
    inbox.tell(inbox.open_waiting(db, keyring, now))
    marks, known = freshness.meet(keyring), accounts.profile(db, keyring)
    if known.older:
        to = url_for("accounts.older_database", next=to)
    if browsers.changes_hands(known.email):
        # A tab that somebody else left open must not send its words into this account.
        csrf.renew()
    answer = make_response(late_post.give_back(keyring.account_id) or redirect(to, 303))
    browsers.remember(answer, known.email)
    freshness.remember(answer, marks)
    return login.sign_in(answer, cookie)


def end_this_session(db: Session) -> None:
    """Erase the keys of the session that this browser still has; the caller commits."""
    cookie = login.session_cookie()
    if cookie:
        # A cookie that was never ours has nothing to end.
        with suppress(SessionEnded):
            sessions.end(db, cookie)


def destination(text: str | None) -> str:
    """Return where a person was going on this site, or home."""
    return paths.safe_path(text) or HOME
