"""What a therapist gives somebody to write from, or to practise: her letter, the patient's copy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import clinical, consent, records
from journal.core.keyring import Keyring
from journal.core.opened import Opened
from journal.core.reading import OpenGrant
from journal.core.state import State, change_state, read_state
from journal.web.prompts import Prompt

KIND, OWN_KIND = "assignment", "assignment-record"
SCOPE = "care"
PARTIAL = "integration/_assignment.html"
PROMPT, PRACTICE = "prompt", "practice"
GIVEN, WITHDRAWN = "given", "withdrawn"
LONGEST = 300  # letters
STATE, PUT_AWAY = "given", "given-put-away"
MOST_GIVEN, MOST_PUT_AWAY = 5, 50
PREFIX = "given-"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What was given: something to write from, or something to do; and whether it still is."""

    what: str
    words: str
    status: str = GIVEN

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it."""
        return {"what": self.what, "words": self.words, "status": self.status}

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "Assignment":
        """Read what a report says; ValueError for what is none. Somebody else wrote it."""
        what, words, status = says.get("what"), says.get("words"), says.get("status")
        if what not in (PROMPT, PRACTICE) or status not in (GIVEN, WITHDRAWN):
            raise ValueError("nothing that is given")
        if not isinstance(words, str) or not 0 < len(words) <= LONGEST:
            raise ValueError("given without words")
        return cls(what, words, status)

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Assignment":
        """Read a record's content: the newest of its reports."""
        return cls.read(content["reports"][-1]["report"]["says"])


@dataclass(frozen=True, slots=True)
class Given:
    """One that is open, as the sealed state keeps it; by: the therapist's name."""

    id: str
    what: str
    words: str
    by: str

    @property
    def prompt_id(self) -> str:
        """Return the id under which an entry is written from it."""
        return f"{PREFIX}{self.id}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One of a therapist's own records, on her page."""

    id: UUID
    version: int
    given_at: datetime
    assignment: Assignment


def give(
    db: Session,
    keyring: Keyring,
    grant_id: UUID,
    record_id: UUID,
    assignment: Assignment,
    now: datetime,
) -> None:
    """Give something to a patient; posted twice it is given once. The caller commits."""
    clinical.begin(
        db,
        keyring,
        grant_id,
        record_id=record_id,
        kind=OWN_KIND,
        copied_as=KIND,
        says=assignment.dump(),
        occurs=now,
        now=now,
    )


def withdraw(db: Session, keyring: Keyring, grant_id: UUID, record_id: UUID, now: datetime) -> None:
    """Take it back; taking it back twice is once. The caller commits."""
    opened = clinical.one(db, keyring, grant_id, record_id, kind=OWN_KIND)
    before = Assignment.load(opened.content)
    if before.status == WITHDRAWN:
        return
    clinical.change(
        db,
        keyring,
        grant_id,
        record_id=record_id,
        kind=OWN_KIND,
        version=opened.version,
        says=Assignment(before.what, before.words, WITHDRAWN).dump(),
        occurs=opened.occurred_at,
        now=now,
    )


def about(db: Session, keyring: Keyring, grant_id: UUID) -> Iterator[Shown]:
    """Yield what a therapist gave one patient and has not taken back, the newest first."""
    for one in clinical.about(db, keyring, grant_id, kind=OWN_KIND):
        if one.readable:
            found = Assignment.load(one.content)
            if found.status == GIVEN:
                yield Shown(one.id, one.version, one.occurred_at, found)


def section(db: Session, keyring: Keyring, grant: OpenGrant, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001
    """Return what stands on a therapist's page about one patient."""
    return {"given": list(about(db, keyring, grant.id))[:MOST_GIVEN]}


def keep(db: Session, keyring: Keyring, now: datetime) -> None:
    """Keep in the sealed state what is open, so that Today opens no record."""
    names = {str(one.id): one.reader_name for one in consent.all_grants(db, keyring, now=now)}
    found = records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND)
    kept = [_kept(one, names) for one in found if one.readable]
    opened = [one for one in kept if one is not None][:MOST_GIVEN]
    if opened or STATE in read_state(db, keyring):
        change_state(db, keyring, lambda state: state.update({STATE: opened}))


def given(db: Session, keyring: Keyring) -> list[Given]:
    """Return what a patient was given and has not put away."""
    state = read_state(db, keyring)
    away = state.get(PUT_AWAY, ())
    return [Given(**one) for one in state.get(STATE, ()) if one["id"] not in away]


def prompt_of(db: Session, keyring: Keyring, prompt_id: str) -> Prompt | None:
    """Return one that was given as a prompt, put away or not."""
    for one in read_state(db, keyring).get(STATE, ()):
        if prompt_id == f"{PREFIX}{one['id']}" and one["what"] == PROMPT:
            return Prompt(prompt_id, one["words"], one["by"])
    return None


def put_away(db: Session, keyring: Keyring, given_id: str) -> None:
    """Take one off Today; it stays among the copies. The caller commits."""

    def change(state: State) -> None:
        others = [one for one in state.get(PUT_AWAY, ()) if one != given_id]
        state[PUT_AWAY] = [*others, given_id][-MOST_PUT_AWAY:]

    if given_id in {one.id for one in given(db, keyring)}:
        change_state(db, keyring, change)


def _kept(one: Opened, names: Mapping[str, str]) -> dict[str, str] | None:
    found = Assignment.load(one.content)
    if found.status != GIVEN:
        return None
    by = names.get(one.content["grant"], "")
    return {"id": one.id.hex, "what": found.what, "words": found.words, "by": by}
