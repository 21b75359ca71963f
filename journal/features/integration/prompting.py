"""Today's prompt, as the sealed state keeps it: the same all day, another one on request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core.keyring import Keyring
from journal.core.state import State, change_state, read_state
from journal.features.integration import assignments
from journal.features.integration.prompts import all_prompts, phase_of, pick
from journal.web.prompts import Prompt
from journal.web.standing import standing
from journal.web.zone import zone

KEPT = "prompts"


def find(db: Session, keyring: Keyring, prompt_id: str) -> Prompt | None:
    """Return a prompt of the file, or one that a therapist gave to this person."""
    written = all_prompts().get(prompt_id)
    if written is not None:
        return Prompt(written.id, written.text)
    return assignments.prompt_of(db, keyring, prompt_id)


def offer(db: Session, keyring: Keyring, now: datetime) -> Prompt | None:
    """Return today's prompt, choosing it if nobody has asked yet today; commits then."""
    phase, day = _where(db, keyring, now)
    if not phase:
        return None
    kept = read_state(db, keyring).get(KEPT, {})
    if (kept.get("day"), kept.get("phase")) != (day, phase):
        kept = _choose(db, keyring, phase, day)
        db.commit()
    return find(db, keyring, kept["id"]) if kept["id"] else None


def another(db: Session, keyring: Keyring, now: datetime) -> Prompt | None:
    """Choose another one for today; the caller commits."""
    phase, day = _where(db, keyring, now)
    if not phase:
        return None
    return find(db, keyring, _choose(db, keyring, phase, day, anew=True)["id"])


def none_today(db: Session, keyring: Keyring, now: datetime) -> None:
    """Leave today without one; the caller commits."""
    phase, day = _where(db, keyring, now)
    change_state(
        db,
        keyring,
        lambda state: state.setdefault(KEPT, {}).update({"day": day, "phase": phase, "id": ""}),
    )


def card(db: Session, keyring: Keyring, now: datetime) -> Mapping[str, Any] | None:
    """Return what Today shows: the prompt for today, and what a therapist gave."""
    found, given = offer(db, keyring, now), assignments.given(db, keyring)
    return {"prompt": found, "given": given} if found or given else None


def _where(db: Session, keyring: Keyring, now: datetime) -> tuple[str, str]:
    day = now.astimezone(ZoneInfo(zone())).date().isoformat()
    return phase_of(standing(db, keyring, now)), day


def _choose(
    db: Session, keyring: Keyring, phase: str, day: str, *, anew: bool = False
) -> Mapping[str, Any]:
    """Note the next prompt of a phase as today's: none again before all of them were shown."""

    def change(state: State) -> None:
        kept = state.setdefault(KEPT, {})
        if not anew and (kept.get("day"), kept.get("phase")) == (day, phase):
            return  # another tab was quicker
        shown = kept.setdefault("shown", {}).setdefault(phase, [])
        if len(shown) >= sum(one.phase == phase for one in all_prompts().values()):
            # A new round begins with any but the last one, which was there a moment ago.
            shown[:] = shown[-1:]
        chosen = pick(keyring.account_id, phase, shown)
        shown.append(chosen)
        kept.update({"day": day, "phase": phase, "id": chosen})

    found: Mapping[str, Any] = change_state(db, keyring, change)[KEPT]
    return found
