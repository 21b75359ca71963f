"""Whether this database is as new as the one a person's browser knew, and what she is told if not.

Each browser keeps a sealed mark: how far the account's sealed state had come when it was last
here. The state says the same of each browser, so a state that lags behind a mark is an older
one. Kept for each browser by itself: a single counter would catch up by other sign-ins.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from journal.core import heads, incarnations
from journal.core.locking import begin_write
from journal.core.models import Account
from journal.core.state import State, change_state, read_state, version_seen
from journal.crypto import envelope, primitives
from journal.crypto.context import Label, context
from journal.crypto.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring

BROWSERS, FORGOTTEN, OLDER = "browsers", "browsers_forgotten", "older"
# The last restore that the account knows of, and when it met that one, in epoch seconds.
RESTORE, RESTORE_MET = "restore", "restore_met"
MOST_BROWSERS = 16
AT_MOST_BEHIND = timedelta(minutes=5)
_MARK = struct.Struct(">8sQQ")


class Mark(NamedTuple):
    """What a browser knows: its random id, the state's version then, epoch seconds."""

    browser: bytes
    version: int
    at: int


@dataclass(frozen=True, slots=True)
class Older:
    """What a person is told: nothing here is newer than `since`, though she was here at `seen`.

    `since` is None where nothing tells it, `seen` where no browser of hers knew better;
    `restored` is the backup's date where the operator's restore explains it.
    """

    since: datetime | None
    seen: datetime | None
    restored: datetime | None


def open_mark(keyring: Keyring, sealed: Iterable[bytes]) -> tuple[Mark, bytes] | None:
    """The one of these marks that is this account's, and as it was sealed; None without one."""
    where = context(Label.BROWSER_MARK, owner=keyring.account_id)
    for one in sealed:
        try:
            return Mark(*_MARK.unpack(envelope.open_(keyring.content_key, one, where))), one
        except (CryptoError, struct.error):
            # Another account's on a shared browser, or no mark at all.
            continue
    return None


def is_due(db: Session, keyring: Keyring, mark: Mark | None, *, now: datetime) -> bool:
    """Whether the browser should get a new mark, by what this request has read and written."""
    if mark is None or mark.version != version_seen(db, keyring):
        return True
    return now.timestamp() - mark.at >= AT_MOST_BEHIND.total_seconds()


def meet(db: Session, keyring: Keyring, mark: Mark | None, *, now: datetime) -> bytes:
    """Compare a browser's mark, note what is to be told, and seal its next; the caller commits.

    The heads of a patient's logs, or of those a reader writes, are renewed with it: one write of
    the state for both.
    """
    begin_write(db, keyring.account_id)
    mine = select(Account.state_version).where(Account.id == keyring.account_id)
    version, instant = db.scalars(mine).one() + 1, int(now.timestamp())
    restore = incarnations.newest_restore(db)

    def change(state: State) -> None:
        nonlocal mark
        if _note_older(db, state, mark, restore, now):
            mark = None
        browser = mark.browser if mark else primitives.make_bytes(8)
        mark = Mark(browser, version, instant)
        _keep(state, mark)
        if keyring.role == "patient":
            heads.renew_in(db, state, keyring.account_id)
        else:
            heads.renew_written_in(db, state, keyring.account_id)

    change_state(db, keyring, change)
    where = context(Label.BROWSER_MARK, owner=keyring.account_id)
    return envelope.seal(keyring.content_key, _MARK.pack(*(mark or ())), where)


def told(db: Session, keyring: Keyring) -> Older | None:
    """What the person has not yet said that she read."""
    kept = read_state(db, keyring).get(OLDER)
    return None if kept is None else Older(*(_moment(kept[name]) for name in Older.__slots__))


def acknowledge(db: Session, keyring: Keyring) -> None:
    """She has read it; the caller commits, and her browser's next mark is the new base line."""
    change_state(db, keyring, lambda state: state.pop(OLDER, None))


def _note_older(
    db: Session,
    state: State,
    mark: Mark | None,
    restore: incarnations.Life | None,
    now: datetime,
) -> bool:
    """Keep what is to be told in the state itself; whether the mark is another branch's."""
    behind = mark if mark is not None and _is_behind(state, mark) else None
    news = restore is not None and restore.number > state.get(RESTORE, 0)
    if restore is not None and news:
        state.update({RESTORE: restore.number, RESTORE_MET: int(now.timestamp())})
    # A second device's, from before the restore that the first was told of. The sealed state says
    # when that was: what the database says of a restore, its writer could have made up.
    explained = behind is not None and behind.at < state.get(RESTORE_MET, 0)
    if news or (behind is not None and (not explained or OLDER in state)):
        _keep_older(state, behind, restore if news else None)
    if behind is not None and not (news or explained or incarnations.began_since(db, behind.at)):
        incarnations.note_sighting(db, now=now)
    return behind is not None


def _keep_older(state: State, behind: Mark | None, restore: incarnations.Life | None) -> None:
    before = state.get(OLDER) or {}
    known = [at for _version, at in state.get(BROWSERS, {}).values()]
    # What other devices wrote since the older copy was put back tells nothing of before.
    newest = max((at for at in known if behind is None or at <= behind.at), default=None)
    seen = [at for at in (before.get("seen"), behind.at if behind else None) if at]
    backup = restore.backup_made_at if restore else None
    state[OLDER] = {
        "since": before.get("since", int(backup.timestamp()) if backup else newest),
        "seen": max(seen, default=None),
        "restored": int(backup.timestamp()) if backup else before.get("restored"),
    }


def _is_behind(state: State, mark: Mark) -> bool:
    known = state.get(BROWSERS, {}).get(mark.browser.hex())
    # Of a browser that was forgotten nothing newer can be said than that it was.
    return mark.version > int(known[0] if known else state.get(FORGOTTEN, 0))


def _keep(state: State, mark: Mark) -> None:
    kept = state.setdefault(BROWSERS, {})
    kept[mark.browser.hex()] = [mark.version, mark.at]
    while len(kept) > MOST_BROWSERS:
        version, browser = min((value[0], name) for name, value in kept.items())
        del kept[browser]
        state[FORGOTTEN] = max(version, state.get(FORGOTTEN, 0))


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
