"""What a consent receipt says: written in format 2, read in formats 1 and 2.

Format 2 has the sections and the element names of the record in ISO/IEC TS 27560, as far as they
are publicly known: header, processing, parties, events. Ids and codes only, no personal word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from uuid import UUID

from journal.crypto.statement import SignedStatement

if TYPE_CHECKING:
    from journal.crypto.statement import Statement

Event = Literal["given", "changed", "ended", "expired"]
FORMAT: Final = "AG1 receipt 2"
FORMAT_1: Final = "AG1 receipt"
NOTICE: Final = "sharing-notice-1"  # docs/sharing-notice.md
LATEST: Final = 253_402_300_799  # the last second of the year 9999
STATES: Final = {
    "given": "consent-given",
    "changed": "consent-given",
    "ended": "consent-withdrawn",
    "expired": "consent-expired",
}
# The same in every receipt of format 2; each code is told in docs/crypto-format.md.
ALWAYS: Final = {
    "language": "en",
    "lawful_basis": "consent",
    "collection_method": "entered-by-principal",
    "processing_method": "read-by-recipient",
    "storage_locations": ["clinic-instance"],
    "retention_period": "until-erased-by-principal",
    "jurisdiction": "not-stated",
    "withdrawal_method": "sharing-page",
}


@dataclass(frozen=True, slots=True)
class ScopeTold:
    """One scope of the consent; `added_at` in epoch seconds."""

    name: str
    since: str
    added_at: int


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt of any format; times in epoch seconds, hashes in hex, no `not_after` for no end."""

    format: int
    id: UUID
    n: int
    previous: str
    event: Event
    at: int
    patient: UUID
    reader: UUID
    reader_fingerprint: str
    grant: UUID
    purpose: str
    scopes: tuple[ScopeTold, ...]
    not_after: int | None
    statement: SignedStatement

    @property
    def over(self) -> bool:
        """Whether the consent had ended with this event."""
        return self.event in ("ended", "expired")


def make(event: Event, signed: SignedStatement, now: datetime) -> dict[str, Any]:
    """The members of format 2, without number, id and the link before."""
    return _members(event, signed, int(now.timestamp()), NOTICE)


def read(members: dict[str, Any]) -> Told:
    """What members of either format say. KeyError, TypeError, ValueError or CryptoError for others.

    Those of format 2 are no more than event, time and statement spelt out: one that says
    anything else than its statement is refused.
    """
    signed = SignedStatement.decode(bytes.fromhex(members["statement"]))
    if members.get("format") == FORMAT_1:
        event, at = members["event"], members["at"]
    else:
        [entry] = members["events"]
        event, at = entry["event_type"], _instant(entry["event_time"])
        notice = members["pii_processing"]["privacy_notice"]
        given = _members(event, signed, at, notice) | _chained(members)
        if members != given:
            raise ValueError("the receipt and the statement in it differ")
    said = signed.statement
    instants = [at, said.not_after or 0, *(term.added_at for term in said.scopes)]
    if event not in STATES or any(type(one) is not int for one in (*instants, members["n"])):
        raise ValueError("not the members of a receipt")
    if max(instants) > LATEST:
        raise ValueError("no calendar has this moment")
    return _told(members, signed, cast(Event, event), at)


def _told(members: dict[str, Any], signed: SignedStatement, event: Event, at: int) -> Told:
    said, first = signed.statement, members.get("format") == FORMAT_1
    if first and (str(said.patient), str(said.grant)) != (members["patient"], members["grant"]):
        raise ValueError("the receipt and the statement in it differ")
    return Told(
        1 if first else 2,
        UUID(members["id"] if first else members["record_id"]),
        members["n"],
        members["previous"],
        event,
        at,
        said.patient,
        said.reader,
        said.reader_fingerprint,
        said.grant,
        said.purpose,
        tuple(ScopeTold(term.name, term.since, term.added_at) for term in said.scopes),
        said.not_after,
        signed,
    )


def _members(event: str, signed: SignedStatement, at: int, notice: str) -> dict[str, Any]:
    said = signed.statement
    return {
        "schema_version": FORMAT,
        "pii_principal_id": str(said.patient),
        "consent_id": str(said.grant),
        "pii_processing": _processing(said, notice),
        "party_identification": [
            {"party_id": str(said.patient), "party_type": "patient", "party_role": "pii-principal"},
            {
                "party_id": str(said.reader),
                "party_type": "therapist",
                "party_role": "pii-controller",
                "key_fingerprint": said.reader_fingerprint,
            },
        ],
        "events": [
            {
                "event_time": _moment(at),
                "event_type": event,
                "event_state": STATES[event],
                "entity_id": str(said.patient),
                "valid_until": None if said.not_after is None else _moment(said.not_after),
            }
        ],
        "statement": signed.encode().hex(),
    }


def _processing(said: Statement, notice: str) -> dict[str, Any]:
    return {
        "privacy_notice": notice,
        "purposes": [{"purpose": said.purpose, "purpose_type": "health-care"}],
        "pii_information": [
            {
                "pii_type": term.name,
                "special_pii_category": "health",
                "since": term.since,
                "added_at": _moment(term.added_at),
            }
            for term in said.scopes
        ],
        "pii_controllers": [str(said.reader)],
        "recipient_third_parties": [str(said.reader)],
        **ALWAYS,
    }


def _chained(members: dict[str, Any]) -> dict[str, Any]:
    return {name: members[name] for name in ("record_id", "n", "previous")}


def _moment(seconds: int) -> str:
    if not 0 <= seconds <= LATEST:
        raise ValueError("no calendar has this moment")
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _instant(text: str) -> int:
    return int(datetime.strptime(f"{text}+0000", "%Y-%m-%dT%H:%M:%SZ%z").timestamp())
