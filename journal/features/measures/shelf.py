"""Every questionnaire that can be asked or was: our own scales, and what the clinic imported."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journal.features.measures.models import StoredQuestionnaire as Stored
from journal.features.measures.own_scales import OWN
from journal.features.measures.questionnaire import Questionnaire
from journal.features.measures.rules import RULES

HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shelved:
    """One version as the list of what is there shows it; imported_at is None for our own."""

    questionnaire: Questionnaire
    imported_at: datetime | None
    in_use: bool


def offered(db: Session) -> list[Questionnaire]:
    """Return what is asked today: of each instrument the version imported last, in rule order."""
    current = {one.questionnaire.instrument: one.questionnaire for one in shelf(db) if one.in_use}
    return [current[instrument] for instrument in RULES if instrument in current]


def instruments(db: Session) -> set[str]:
    """Return which instruments there is any version of, without reading one."""
    return {*OWN, *db.scalars(select(Stored.instrument).distinct())}


def current(db: Session, instrument: str) -> Questionnaire | None:
    """Return the version of an instrument that is asked today."""
    return next((one for one in offered(db) if one.instrument == instrument), None)


def by_hash(db: Session, name: str) -> Questionnaire | None:
    """Return the version of that hash, None where there is none or it was tampered with."""
    own = next((one for one in OWN.values() if one.hash == name), None)
    if own is not None:
        return own
    if not HASH.fullmatch(name):
        return None  # a form's hidden field can say anything, and PostgreSQL takes no NUL
    content = db.scalar(select(Stored.content).where(Stored.hash == name))
    return None if content is None else _read(name, content)


def shelf(db: Session) -> list[Shelved]:
    """Return every version there is, our own first, then the latest imported first."""
    rows = db.execute(
        select(Stored.hash, Stored.instrument, Stored.content, Stored.imported_at).order_by(
            Stored.imported_at.desc(), Stored.hash
        )
    )
    found, seen = [Shelved(own, None, in_use=True) for own in OWN.values()], set[str]()
    for name, instrument, content, imported_at in rows:
        made = _read(name, content)
        if made is not None and made.instrument == instrument:
            at = datetime.fromtimestamp(imported_at, UTC)
            found.append(Shelved(made, at, in_use=instrument not in seen))
            seen.add(instrument)
    return found


def put(db: Session, made: Questionnaire, source: bytes, *, now: datetime) -> bool:
    """Store a version and ask it from now on; False when it was there already. Caller commits."""
    at = int(now.timestamp())
    known = db.scalar(select(Stored.hash).where(Stored.hash == made.hash))
    if known is not None:
        db.execute(update(Stored).where(Stored.hash == made.hash).values(imported_at=at))
        return False
    db.add(
        Stored(
            hash=made.hash,
            instrument=made.instrument,
            content=made.dumps().encode(),
            source=source,
            imported_at=at,
        )
    )
    db.flush()
    return True


def _read(name: str, content: bytes) -> Questionnaire | None:
    """Read a version whose content is what its name says.

    Who writes to the database could make an answer count otherwise under the name that records
    hold. Told by the hash of what is asked, not of the bytes, so that no spelling gets around it.
    """
    try:
        made = Questionnaire.loads(content.decode())
        genuine = made.hash == name and _fits(made)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return made if genuine else None


def _fits(made: Questionnaire) -> bool:
    """Tell whether the rule can score it; the import made sure, a stranger's row did not."""
    rule = RULES[made.instrument]
    counted = [one for one in made.questions if one.link_id in made.scored]
    scores = {option.score for question in counted for option in question.options}
    return len(made.scored) == len(counted) == rule.items and scores == {*rule.levels}
