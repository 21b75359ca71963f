"""Reminders: what somebody wishes, when the next one comes, and putting it into the outbox."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from journal.core import outbox, site_sealed
from journal.core.errors import Damaged, NotFound
from journal.core.locking import begin_write
from journal.core.models import Contact, Leaving
from journal.core.reminder_models import PushEndpoint, Reminder
from journal.core.reminder_times import (
    LATE,
    Due,
    Schedule,
    Wanted,
    after_quiet,
    all_wanted,
    day_begun,
    next_due,
)
from journal.crypto import envelope
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from journal.crypto.sitekey import SiteKey

_CONTACTS = site_sealed.Kind(Contact, Label.CONTACT, 256)
UNOPENED = timedelta(minutes=30)
_VERSION_BYTES = 4
MOST_WANTED = 24  # single days ahead


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chose: minute of the day, weekdays (0 is Monday), quiet hours, and how.

    course: on single days too, when something comes due after a session.
    """

    minute: int = 20 * 60
    days: tuple[int, ...] = tuple(range(7))
    quiet: tuple[int, int] | None = None
    on: bool = False
    email: bool = False
    course: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A wish and its zone.

    `came` is the last local day that had its reminder; `done` the last that gets no more, since
    its time had passed when this was chosen. `before` is the wish before the last change, until
    that is undone. `wanted` are single days, of which nothing says what for; `told` is the last
    of them that had its reminder.
    """

    wish: Wish
    zone: str
    done: date | None = None
    came: date | None = None
    before: Wish | None = None
    wanted: tuple[Wanted, ...] = ()
    told: date | None = None

    @property
    def schedule(self) -> Schedule:
        """When it comes."""
        wish = self.wish
        return Schedule(wish.minute, frozenset(wish.days), self.zone, wish.quiet)

    def due(self, now: datetime) -> Due | None:
        """The next one of any sort, None while reminders are off."""
        found = (self.daily(now), self.single(now))
        return min((one for one in found if one), key=lambda one: one.at, default=None)

    def daily(self, now: datetime) -> Due | None:
        """The next one by the weekdays."""
        return next_due(self.schedule, done=self.done, now=now) if self.wish.on else None

    def single(self, now: datetime) -> Due | None:
        """The next one of the single days."""
        return next(self.singles(now), None)

    def singles(self, now: datetime) -> Iterator[Due]:
        """All of the single days that are to come."""
        wanted = self.wanted if self.wish.course else ()
        return all_wanted(self.schedule, wanted, daily=self.wish.on, done=self.told, now=now)


def read(db: Session, site: SiteKey, account_id: UUID) -> Kept | None:
    """What somebody chose; None for nothing, and for what does not open: it can be chosen anew."""
    found = db.execute(select(Reminder.__table__).where(Reminder.account_id == account_id)).first()
    if found is None:
        return None
    try:
        return _decoded(site_sealed.open_(site_sealed.REMINDERS, site, found))
    except Damaged:
        return None


def save(
    db: Session, site: SiteKey, account_id: UUID, wish: Wish, *, zone: str, now: datetime
) -> None:
    """Keep a wish and the one before it; the caller commits."""
    begin_write(db, account_id)
    old = read(db, site, account_id)
    _write(db, site, account_id, _changed(old, wish, zone, now), now=now)


def undo(db: Session, site: SiteKey, account_id: UUID, *, now: datetime) -> bool:
    """Go back to the wish before; the caller commits. False when there is none."""
    begin_write(db, account_id)
    old = read(db, site, account_id)
    if old is None or old.before is None:
        return False
    undone = replace(_changed(old, old.before, old.zone, now), before=None)
    _write(db, site, account_id, undone, now=now)
    return True


def move(db: Session, site: SiteKey, account_id: UUID, *, zone: str, now: datetime) -> None:
    """Follow somebody into another zone; the caller commits."""
    begin_write(db, account_id)
    old = read(db, site, account_id)
    if old is not None and old.zone != zone:
        _write(db, site, account_id, replace(old, zone=zone), now=now)


def want(
    db: Session, site: SiteKey, account_id: UUID, wanted: Iterable[Wanted], *, now: datetime
) -> None:
    """Remind on these single days instead of those before; the caller commits.

    Only who asked for it has any kept: days alone tell much to whom the site key is known.
    """
    begin_write(db, account_id)
    old = read(db, site, account_id)
    if old is not None and old.wish.course:
        kept = tuple(sorted(wanted)[:MOST_WANTED])
        _write(db, site, account_id, replace(old, wanted=kept), now=now)


def want_soon(db: Session, site: SiteKey, account_id: UUID, *, now: datetime) -> None:
    """Remind once at the usual time, today or tomorrow: something came; the caller commits."""
    begin_write(db, account_id)
    old = read(db, site, account_id)
    if old is None or not old.wish.course:
        return
    day = day_begun(old.schedule, now) + timedelta(days=1)
    if day not in {one.day for one in old.wanted}:
        wanted = tuple(sorted((*old.wanted, Wanted(day, old.wish.minute)))[:MOST_WANTED])
        _write(db, site, account_id, replace(old, wanted=wanted), now=now)


def plan_due(db: Session, site: SiteKey, *, now: datetime) -> None:
    """Put every reminder that is due into the outbox, and commit each; needs nobody's key.

    Message and next instant are written in one transaction: killed anywhere, it is there once.
    """
    due = select(Reminder.account_id).where(Reminder.next_at <= int(now.timestamp()))
    due = due.where(Reminder.account_id.not_in(select(Leaving.account_id)))
    for account_id in db.scalars(due).all():
        begin_write(db, account_id)
        # It may have been changed since it was found.
        if db.scalar(due.where(Reminder.account_id == account_id)) is not None:
            _plan(db, site, account_id, now)
        db.commit()


def ask_now(db: Session, site: SiteKey, account_id: UUID, *, now: datetime) -> int:
    """Put one into the outbox at once, quiet hours or not; how many messages that makes."""
    begin_write(db, account_id)
    kept = read(db, site, account_id)
    return 0 if kept is None else _put(db, account_id, kept, now, asked=True)


def quiet_until(db: Session, site: SiteKey, account_id: UUID, *, now: datetime) -> datetime:
    """The end of the quiet hours it is in somebody's place, `now` when it is in none."""
    kept = read(db, site, account_id)
    return now if kept is None else after_quiet(kept.schedule, now)


def is_wanted(db: Session, site: SiteKey, account_id: UUID) -> bool:
    """Whether a message that waits may still go: not to who turned them off since, or leaves."""
    leaves = db.scalar(select(Leaving.account_id).where(Leaving.account_id == account_id))
    kept = read(db, site, account_id)
    return leaves is None and kept is not None and (kept.wish.on or kept.wish.course)


def address_for(db: Session, site: SiteKey, account_id: UUID) -> str | None:
    """Where somebody wants e-mail; None when they do not, or no longer."""
    kept = read(db, site, account_id)
    if kept is None or not ((kept.wish.on or kept.wish.course) and kept.wish.email):
        return None
    found = db.execute(select(Contact.__table__).where(Contact.account_id == account_id)).first()
    return site_sealed.open_(_CONTACTS, site, found).decode() if found else None


def stop_token(site: SiteKey, account_id: UUID) -> str:
    """What stops somebody's e-mails without signing in: sealed, so it names nobody."""
    where = context(Label.REMINDER_LINK, owner=site_sealed.NOBODY, version=site.current)
    sealed = envelope.seal(site.derive(site_sealed.PURPOSE), account_id.bytes, where)
    version = site.current.to_bytes(_VERSION_BYTES, "big")
    return urlsafe_b64encode(version + sealed).decode().rstrip("=")


def stop_email(db: Session, site: SiteKey, token: str, *, now: datetime) -> None:
    """Send no more e-mail to whom a token names; the caller commits. NotFound for no token."""
    account_id = read_stop_token(site, token)
    begin_write(db, account_id)
    old = read(db, site, account_id)
    if old is not None and old.wish.email:
        wish = replace(old.wish, email=False)
        _write(db, site, account_id, _changed(old, wish, old.zone, now), now=now)
    db.execute(outbox.of(account_id, outbox.EMAIL))


def read_stop_token(site: SiteKey, token: str) -> UUID:
    """Whom a token is for; NotFound for anything that this site did not make."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        version = int.from_bytes(raw[:_VERSION_BYTES], "big")
        where = context(Label.REMINDER_LINK, owner=site_sealed.NOBODY, version=version)
        key = site.derive(site_sealed.PURPOSE, version)
        return UUID(bytes=envelope.open_(key, raw[_VERSION_BYTES:], where))
    except (CryptoError, ValueError) as error:
        raise NotFound("no token of ours") from error


def _changed(old: Kept | None, wish: Wish, zone: str, now: datetime) -> Kept:
    made = Kept(wish, zone, before=old.wish if old else Wish())
    # A day that had its reminder gets no second one because its time was changed.
    begun = day_begun(made.schedule, now)
    came = old.came if old else None
    made = replace(made, done=max(begun, came) if came else begun, came=came)
    if old is None or not wish.course:
        return made
    return replace(made, wanted=old.wanted, told=old.told)


def _plan(db: Session, site: SiteKey, account_id: UUID, now: datetime) -> None:
    kept = read(db, site, account_id)
    if kept is None:
        # Perhaps this node lacks a newer version of the site key; else `doctor` tells.
        again = int((now + UNOPENED).timestamp())
        mine = Reminder.account_id == account_id
        db.execute(update(Reminder).where(mine).values(next_at=again))
        return
    daily, single = kept.daily(now), kept.single(now)
    here = [due.at for due in (daily, single) if due is not None and due.at <= now]
    if here:
        # Two that are due at once are one message.
        _put(db, account_id, kept, min(here), asked=False)
    if daily is not None and daily.at <= now:
        kept = replace(kept, done=daily.day, came=daily.day)
    if single is not None and single.at <= now:
        kept = replace(kept, told=single.day)
    _write(db, site, account_id, kept, now=now)


def _put(db: Session, account_id: UUID, kept: Kept, at: datetime, *, asked: bool) -> int:
    """One message a channel and endpoint, none of which says anything."""
    endpoints: list[UUID | None] = [
        *db.scalars(select(PushEndpoint.id).where(PushEndpoint.account_id == account_id))
    ]
    ways = [(outbox.PUSH, one) for one in endpoints]
    if kept.wish.email:
        ways.append((outbox.EMAIL, None))
    for channel, endpoint_id in ways:
        outbox.put(db, account_id, channel, endpoint_id, at=at, not_after=at + LATE, asked=asked)
    return len(ways)


def _write(db: Session, site: SiteKey, account_id: UUID, kept: Kept, *, now: datetime) -> None:
    due = kept.due(now)
    key = {"account_id": account_id}
    values = site_sealed.seal(site_sealed.REMINDERS, site, key, _encoded(kept))
    values["next_at"] = None if due is None else int(due.at.timestamp())
    db.execute(delete(Reminder).where(Reminder.account_id == account_id))
    db.execute(insert(Reminder).values(account_id=account_id, **values))


def _encoded(kept: Kept) -> bytes:
    return json.dumps(asdict(kept), separators=(",", ":"), default=date.isoformat).encode()


def _decoded(text: bytes) -> Kept:
    told = json.loads(text)
    done, came, last = (_day(told.get(name)) for name in ("done", "came", "told"))
    before = _wish(told["before"]) if told["before"] else None
    wanted = tuple(
        Wanted(date.fromisoformat(day), minute) for day, minute in told.get("wanted", ())
    )
    return Kept(_wish(told["wish"]), told["zone"], done, came, before, wanted, last)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _wish(told: dict[str, object]) -> Wish:
    lists = {name: tuple(one) for name, one in told.items() if isinstance(one, list)}
    return Wish(**{**told, **lists})  # type: ignore[arg-type]  # as `asdict` wrote it
