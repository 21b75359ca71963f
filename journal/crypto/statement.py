"""Statements: what a patient signed about one grant, and what may follow what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, Self
from uuid import UUID

from journal.crypto import canonical, certificate, primitives
from journal.crypto.certificate import CERTIFICATE_BYTES
from journal.crypto.errors import BadFormat, BadSignature
from journal.crypto.primitives import SIGNATURE_BYTES, exactly, sha256

_FORMAT: Final = "AG1 statement"
_BY_ROOT: Final = "grant statement by root"
_BY_SESSION: Final = "grant statement by session"
_SIGNED_VERSION: Final = 1
# Codes only: a statement is read by others and kept for years, so no personal word may slip in.
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ScopeTerm:
    """One scope of a grant, from its first stratum on; `added_at` is epoch seconds."""

    name: str
    scope_id: UUID
    first_stratum: int
    since: Literal["now", "everything"]
    added_at: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What one grant says; hashes in hex, times in epoch seconds, no `not_after` for no end."""

    grant: UUID
    patient: UUID
    reader: UUID
    reader_fingerprint: str
    key_check: str
    scopes: tuple[ScopeTerm, ...]
    follows: bool
    purpose: str
    not_after: int | None
    seq: int
    status: Literal["live", "ended"]
    made_at: int
    # The bytes it was read from. `replace` leaves them behind, so they never speak for another.
    _document: bytes | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self)

    def dumps(self) -> bytes:
        """Canonical JSON: the bytes that are signed."""
        if self._document is not None:
            return self._document
        members = {one.name: getattr(self, one.name) for one in fields(self) if one.init}
        members |= {"format": _FORMAT, "scopes": [_term(term) for term in self.scopes]}
        for name in ("grant", "patient", "reader"):
            members[name] = str(members[name])
        return canonical.dumps(members)

    @classmethod
    def loads(cls, document: bytes) -> Self:
        """The statement of `dumps`; BadFormat for anything else."""
        members = canonical.loads(document)
        try:
            if members.pop("format") != _FORMAT:
                raise BadFormat("unknown format of a statement")
            scopes = tuple(_read_term(term) for term in members.pop("scopes"))
            for name in ("grant", "patient", "reader"):
                members[name] = _read_id(members[name])
            statement = cls(scopes=scopes, **members)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise BadFormat("not a statement") from None
        # Only one text says the same: what is canonical is written in one way.
        object.__setattr__(statement, "_document", document)
        return statement

    def digest(self) -> bytes:
        """32 bytes that stand for this statement."""
        return sha256(b"AG1 statement\0", self.dumps())


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A statement and who signed it: the root, or (with its certificate) a session."""

    statement: Statement
    signature: bytes
    certificate: bytes = b""

    def encode(self) -> bytes:
        """01 | certificate length u8 | certificate | signature[65] | statement."""
        exactly(self.signature, SIGNATURE_BYTES, "a signature")
        head = bytes([_SIGNED_VERSION, len(self.certificate)])
        return head + self.certificate + self.signature + self.statement.dumps()

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """The signed statement of `encode`; BadFormat if it can't be one. Verifies nothing."""
        if len(encoded) < 2 or encoded[0] != _SIGNED_VERSION:
            raise BadFormat("unknown version of a signed statement")
        if encoded[1] not in (0, CERTIFICATE_BYTES):
            raise BadFormat("a signed statement's certificate has another length")
        signature_at = 2 + encoded[1]
        body_at = signature_at + SIGNATURE_BYTES
        statement = Statement.loads(encoded[body_at:])
        return cls(statement, encoded[signature_at:body_at], encoded[2:signature_at])


def sign_statement(
    statement: Statement, *, seed: bytes, certificate: bytes = b""
) -> SignedStatement:
    """Signs with the root's seed, or with a session's seed and its certificate."""
    namespace = _BY_SESSION if certificate else _BY_ROOT
    return SignedStatement(
        statement, primitives.sign(seed, namespace, statement.dumps()), certificate
    )


def verify_statements(
    signed: Sequence[SignedStatement], root_public: bytes, patient: UUID
) -> Statement:
    """The statement in force: the last, `seq` rising. BadSignature if any of them doesn't hold.

    The caller still compares `seq` with the highest it has seen (an older list is genuine too),
    `reader_fingerprint` with its own, and `not_after` with the clock.
    """
    before: Statement | None = None
    for item in signed:
        verify_signature(item, root_public, patient)
        if before is not None:
            _verify_order(before, item.statement)
        if item.certificate:
            verify_narrower(before, item.statement)
        before = item.statement
    if before is None:
        raise BadSignature("there is no statement")
    return before


def verify_signature(item: SignedStatement, root_public: bytes, patient: UUID) -> None:
    """BadSignature unless the patient's root, or a session it certified, signed the statement.

    Whether a session's statement only narrows is for `verify_statements` to say.
    """
    statement = item.statement
    if statement.patient != patient:
        raise BadSignature("the statement is another patient's")
    signer, namespace = root_public, _BY_ROOT
    if item.certificate:
        namespace = _BY_SESSION
        signer = certificate.verify(
            item.certificate, root_public=root_public, account=patient, at=statement.made_at
        )
    primitives.verify(signer, namespace, statement.dumps(), item.signature)


def _verify_order(before: Statement, after: Statement) -> None:
    if after.seq <= before.seq:
        raise BadSignature("the statements are out of order")
    if before.status == "ended":
        raise BadSignature("nothing follows the end of a grant")
    if (after.grant, after.reader) != (before.grant, before.reader):
        raise BadSignature("the statements are of different grants")


def verify_narrower(before: Statement | None, after: Statement) -> None:
    """BadSignature unless a session may have signed `after` when `before` was in force."""
    # A stolen session must never widen: whatever it signs is less than what the root signed.
    if before is None:
        raise BadSignature("a session can't begin a grant")
    same = (
        after.reader_fingerprint == before.reader_fingerprint
        and after.key_check == before.key_check
        and after.purpose == before.purpose
    )
    narrower = set(after.scopes) <= set(before.scopes) and after.follows <= before.follows
    if not (same and narrower and _ends_no_later(after.not_after, before.not_after)):
        raise BadSignature("a session can't widen a grant")


def _ends_no_later(after: int | None, before: int | None) -> bool:
    return before is None or (after is not None and after <= before)


def _term(term: ScopeTerm) -> dict[str, Any]:
    members = {name: getattr(term, name) for name in term.__slots__}
    return members | {"scope_id": str(term.scope_id)}


def _read_term(members: dict[str, Any]) -> ScopeTerm:
    scope_id = _read_id(members.pop("scope_id"))
    return ScopeTerm(scope_id=scope_id, **members)


def _read_id(text: str) -> UUID:
    value = UUID(text)
    # UUID() also takes braces, capitals and urn: in front; only one spelling is signed.
    if str(value) != text:
        raise BadFormat("an id must be written plainly")
    return value


def _check(statement: Statement) -> None:
    numbers = [statement.seq, statement.made_at]
    numbers += [] if statement.not_after is None else [statement.not_after]
    for term in statement.scopes:
        numbers += [term.first_stratum, term.added_at]
    # `type(...) is int` because True is an int too, and would be signed as another byte string.
    if any(type(number) is not int or number < 0 for number in numbers):
        raise BadFormat("numbers of a statement are whole and not negative")
    if type(statement.follows) is not bool or statement.status not in ("live", "ended"):
        raise BadFormat("a statement is live or ended")
    if not all(map(_HASH.fullmatch, (statement.reader_fingerprint, statement.key_check))):
        raise BadFormat("hashes of a statement are 64 hex digits")
    _check_terms(statement)


def _check_terms(statement: Statement) -> None:
    terms = statement.scopes
    if not all(map(_CODE.fullmatch, [statement.purpose, *(term.name for term in terms)])):
        raise BadFormat("a statement holds codes, not words")
    if any(term.since not in ("now", "everything") for term in terms):
        raise BadFormat("a scope is shared since now or everything")
    names, ids = {term.name for term in terms}, {term.scope_id for term in terms}
    if not len(names) == len(ids) == len(terms):
        raise BadFormat("a scope stands twice in a statement")
