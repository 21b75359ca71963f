"""The day after a medicine session: what would widen a consent is kept and asked again later.

Kept in the sealed state, and never done by anybody but the patient: a widening needs her keys and
her word, and both are to be hers on a day on which she can decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from journal import clock, db
from journal.core import bin as undo
from journal.core import consent, records, soft_window
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.scopes import PRIVATE
from journal.core.state import State, change_state, read_state
from journal.web import copies, readers
from journal.web.filters import moment

KEPT = "asked-in-window"
MOST_KEPT = 20
CHANGE, SHARE, ACCEPT, AUDIENCE = "change", "share", "accept", "audience"


@dataclass(frozen=True, slots=True)
class Intent:
    """Something asked for in the window; what: one of the four; facts: JSON values."""

    id: str
    what: str
    at: datetime
    facts: Mapping[str, Any]


def register(app: Flask) -> None:
    """Give templates what the pages ask that say so: until when it is open, and for undoing."""
    app.context_processor(lambda: {"soft_until": _of_this_person, "can_undo": _undo_words})


def open_until(session: Session, keyring: Keyring, now: datetime) -> datetime | None:
    """Return when the window ends that is open now, None outside any.

    What a therapist has just recorded counts, seen or not: it takes that in and commits it.
    """
    if keyring.role != "patient":
        return None
    copies.take_in(session, keyring, now)
    return soft_window.open_until(session, keyring, now)


def keep(
    session: Session, keyring: Keyring, what: str, facts: Mapping[str, Any], now: datetime
) -> None:
    """Keep what was asked for; asked twice it is kept once. The caller commits."""

    def change(state: State) -> None:
        others = [one for one in state.get(KEPT, ()) if _of(one) != (what, facts)]
        kept = {"id": uuid4().hex, "what": what, "at": int(now.timestamp()), "facts": dict(facts)}
        state[KEPT] = [*others, kept][-MOST_KEPT:]

    change_state(session, keyring, change)


def keep_share(
    session: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, *, kind: str, now: datetime
) -> None:
    """Keep the wish to share one record; NotFound where there is none, or no living grant."""
    records.open_as_owner(session, keyring, record_id, kind=kind)
    if not consent.one_grant(session, keyring, grant_id, now=now).live:
        raise NotFound("ended")
    facts = {"grant": str(grant_id), "record": str(record_id), "kind": kind}
    keep(session, keyring, SHARE, facts, now)


def scope_now(
    session: Session, keyring: Keyring, before: Opened, wanted: str, now: datetime
) -> str:
    """Return the scope to save a changed record in: its own, if others would come to read it now.

    The wish for the wider one is kept then.
    """
    about = {"record": str(before.id), "kind": before.kind}
    if before.scope != PRIVATE or wanted == PRIVATE:
        return wanted
    if soft_window.open_until(session, keyring, now) and readers.of_scope(
        session, keyring, wanted, now=now
    ):
        keep(session, keyring, AUDIENCE, about, now)
        return PRIVATE
    settle(session, keyring, AUDIENCE, **about)
    return wanted


def waiting(session: Session, keyring: Keyring) -> list[Intent]:
    """Return what was asked for in a window and neither done nor let be, the oldest first."""
    return [
        Intent(one["id"], one["what"], datetime.fromtimestamp(one["at"], UTC), one["facts"])
        for one in read_state(session, keyring).get(KEPT, ())
    ]


def settle(session: Session, keyring: Keyring, what: str, **facts: str) -> None:
    """Forget what has been done since: everything of this sort whose facts say these."""
    _drop(session, keyring, lambda one: one.what == what and facts.items() <= one.facts.items())


def let_be(session: Session, keyring: Keyring, intent_id: str) -> None:
    """Forget one; forgetting it twice is forgetting it once. The caller commits."""
    _drop(session, keyring, lambda one: one.id == intent_id)


def waits(until: datetime) -> str:
    """Say what becomes of something asked for in the window."""
    return str(
        _(
            "Kept, not done: it is the day after your session. Nobody reads more than before."
            " From %(when)s on you are asked once more.",
            when=moment(until),
        )
    )


def can_undo(session: Session, keyring: Keyring, now: datetime) -> str:
    """Say until when what has just been deleted can be brought back."""
    if soft_window.open_until(session, keyring, now) is None:
        return str(_("You can undo this for 24 hours."))
    until = moment(undo.undo_until(session, keyring, now))
    return str(_("You can undo this until %(when)s: today is not counted.", when=until))


def _of(kept: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return kept["what"], kept["facts"]


def _drop(session: Session, keyring: Keyring, gone: Any) -> None:
    left = {one.id for one in waiting(session, keyring) if not gone(one)}
    if len(left) < len(waiting(session, keyring)):
        change_state(
            session,
            keyring,
            lambda state: state.update({KEPT: [one for one in state[KEPT] if one["id"] in left]}),
        )


def _of_this_person() -> datetime | None:
    if not current_user.is_authenticated or current_user.role != "patient":
        return None
    return soft_window.open_until(db.session(), current_user.keyring, clock.now())


def _undo_words() -> str:
    return can_undo(db.session(), current_user.keyring, clock.now())
