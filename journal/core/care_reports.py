"""What a therapist says of a patient's care, signed by her session: read alike by both of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from journal.crypto import canonical, certificate, primitives
from journal.crypto.errors import BadFormat, BadSignature, CryptoError

if TYPE_CHECKING:
    from journal.core.keyring import Keyring
    from journal.core.pins import Pin

NAMESPACE = "care report"
FORMAT = "AG1 care report"
MEMBERS = frozenset(
    ("format", "kind", "grant", "patient", "reader", "copy", "n", "at", "occurs", "says")
)
# The newest of them: a session saved more often than this loses what was said of it first.
MOST_KEPT = 100

LATEST = 0xFFFF_FFFF  # of epoch seconds: no page could show what lies beyond the calendar

Signed = dict[str, Any]


class Subject(NamedTuple):
    """Whom a report is about, under which grant, and which copy of the patient's it goes to."""

    grant: UUID
    patient: UUID
    copy: UUID


class Report(NamedTuple):
    """The n-th report about something; `says` holds whole numbers and short texts by name.

    `at` and `occurs` are in epoch seconds: when it was said, and when that is of which it tells.
    """

    kind: str
    subject: Subject
    reader: UUID
    n: int
    at: int
    occurs: int
    says: dict[str, Any]

    @property
    def said_at(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


def sign(
    reader: Keyring,
    subject: Subject,
    *,
    kind: str,
    n: int,
    says: dict[str, Any],
    occurs: datetime,
    now: datetime,
) -> Signed:
    """A report as JSON values, with signature and certificate in hex."""
    members = {
        "format": FORMAT,
        "kind": kind,
        **{name: str(value) for name, value in subject._asdict().items()},
        "reader": str(reader.account_id),
        "n": n,
        "at": max(int(now.timestamp()), certificate.begins(reader.signer.certificate)),
        "occurs": int(occurs.timestamp()),
        "says": says,
    }
    signature = primitives.sign(reader.signer.seed, NAMESPACE, canonical.dumps(members))
    return {
        "report": members,
        "signature": signature.hex(),
        "certificate": reader.signer.certificate.hex(),
    }


def verify(signed: Any, reader: Pin) -> Report:
    """A report that the pinned reader signed, by the keys that were hers then; CryptoError."""
    found = read(signed)
    message = canonical.dumps(signed["report"])
    for root in reader.roots_at(found.at):
        if _is_signed(signed, message, found.at, root, reader.account):
            return found
    raise BadSignature("not the pinned reader's report")


def read(signed: Any) -> Report:
    """A report whose signature is not looked at; BadFormat for anything else."""
    members = signed.get("report") if isinstance(signed, dict) else None
    if not isinstance(members, dict) or members.keys() != MEMBERS or members["format"] != FORMAT:
        raise BadFormat("no report")
    n, at, occurs = (members[name] for name in ("n", "at", "occurs"))
    if not all(type(number) is int and 0 <= number <= LATEST for number in (n, at, occurs)):
        raise BadFormat("a report without its numbers")
    if not isinstance(members["says"], dict):
        raise BadFormat("a report that says nothing")
    try:
        subject = Subject(*(UUID(members[name]) for name in Subject._fields))
        reader = UUID(members["reader"])
    except (ValueError, AttributeError, TypeError) as error:
        raise BadFormat("a report about nobody") from error
    return Report(str(members["kind"]), subject, reader, n, at, occurs, members["says"])


def _is_signed(signed: Any, message: bytes, at: int, root: bytes, account: UUID) -> bool:
    try:
        certified = bytes.fromhex(signed["certificate"])
        signature = bytes.fromhex(signed["signature"])
        session = certificate.verify(certified, root_public=root, account=account, at=at)
        primitives.verify(session, NAMESPACE, message, signature)
    except (CryptoError, KeyError, ValueError, TypeError):
        return False
    return True
