"""The grant key: sealed to one reader, checked against the statement, and what hangs from it."""

from typing import Final
from uuid import UUID

from journal.crypto.context import Context, Label, context
from journal.crypto.envelope import open_, seal
from journal.crypto.errors import WrongKey
from journal.crypto.primitives import (
    KEY_BYTES,
    equal,
    exactly,
    hkdf,
    hpke_open,
    hpke_seal,
    sha256,
)
from journal.crypto.statement import (
    ScopeTerm,
    SignedStatement,
    Statement,
    sign_statement,
    verify_statements,
)

__all__ = [
    "ScopeTerm",
    "SignedStatement",
    "Statement",
    "derive_log_key",
    "derive_names_key",
    "derive_return_key",
    "key_check",
    "open_candidate",
    "open_grant_key",
    "open_pinned_key",
    "pin_grant_key",
    "prove_grant_key",
    "seal_grant_key",
    "sign_statement",
    "verify_statements",
]

_LABEL: Final = "grant key"


def key_check(grant: UUID, grant_key: bytes) -> str:
    """64 hex digits that stand in the signed statement for this grant key."""
    exactly(grant_key, KEY_BYTES, "a grant key")
    return sha256(b"AG1 grant key", grant.bytes, grant_key).hex()


def seal_grant_key(
    grant_key: bytes,
    *,
    reader_public: bytes,
    patient_shred_key: bytes,
    patient: UUID,
    grant: UUID,
) -> bytes:
    """The 32-byte grant key sealed to the reader's 1,216-byte key, then under the shred key."""
    exactly(grant_key, KEY_BYTES, "a grant key")
    ids = patient.bytes + grant.bytes
    sealed = hpke_seal(reader_public, grant_key, label=_LABEL, context=ids)
    return seal(_outer_key(patient_shred_key), sealed, _outer(patient, grant))


def open_grant_key(
    sealed: bytes,
    *,
    reader_seed: bytes,
    patient_shred_key: bytes,
    patient: UUID,
    grant: UUID,
    check: str,
) -> bytes:
    """The grant key; `check` is `key_check` of the verified statement, else WrongKey.

    HPKE does not say who sealed: without the check, whoever writes to the database could put a
    key of their own under a genuine statement, and read what is later sealed with it.
    """
    grant_key = open_candidate(
        sealed,
        reader_seed=reader_seed,
        patient_shred_key=patient_shred_key,
        patient=patient,
        grant=grant,
    )
    prove_grant_key(grant, grant_key, check)
    return grant_key


def open_candidate(
    sealed: bytes, *, reader_seed: bytes, patient_shred_key: bytes, patient: UUID, grant: UUID
) -> bytes:
    """What may be the grant key; it may open its sealed statement, and nothing else until proven.

    `prove_grant_key` holds it against that statement once its signature is verified.
    """
    inner = open_(_outer_key(patient_shred_key), sealed, _outer(patient, grant))
    return hpke_open(reader_seed, inner, label=_LABEL, context=patient.bytes + grant.bytes)


def prove_grant_key(grant: UUID, grant_key: bytes, check: str) -> None:
    """WrongKey unless the signed statement's `check` is this key's."""
    if not equal(key_check(grant, grant_key).encode(), check.encode()):
        raise WrongKey


def pin_grant_key(
    grant_key: bytes, *, patient_shred_key: bytes, patient: UUID, grant: UUID
) -> bytes:
    """The 32-byte grant key as its reader keeps it: it dies with the patient's shred key.

    Kept bare, her own key would open the patient's words in a backup for ever.
    """
    exactly(grant_key, KEY_BYTES, "a grant key")
    return seal(_pin_key(patient_shred_key), grant_key, _pinned(patient, grant))


def open_pinned_key(
    pinned: bytes, *, patient_shred_key: bytes, patient: UUID, grant: UUID
) -> bytes:
    """What `pin_grant_key` sealed; WrongKey once the shred key is another."""
    return open_(_pin_key(patient_shred_key), pinned, _pinned(patient, grant))


def derive_log_key(grant_key: bytes) -> bytes:
    """The key that seals this grant's access log."""
    return hkdf(exactly(grant_key, KEY_BYTES, "a grant key"), info=b"AG1 grant log")


def derive_names_key(grant_key: bytes) -> bytes:
    """The key that seals the names which the two of them show each other."""
    return hkdf(exactly(grant_key, KEY_BYTES, "a grant key"), info=b"AG1 grant names")


def derive_return_key(grant_key: bytes) -> bytes:
    """The key that seals what a reader gives back after a new start."""
    return hkdf(exactly(grant_key, KEY_BYTES, "a grant key"), info=b"AG1 grant returned")


def _outer_key(shred_key: bytes) -> bytes:
    return hkdf(exactly(shred_key, KEY_BYTES, "a shred key"), info=b"AG1 grant outer")


def _outer(patient: UUID, grant: UUID) -> Context:
    return context(Label.GRANT_SEALED, owner=patient, object=grant)


def _pin_key(shred_key: bytes) -> bytes:
    return hkdf(exactly(shred_key, KEY_BYTES, "a shred key"), info=b"AG1 grant pinned")


def _pinned(patient: UUID, grant: UUID) -> Context:
    return context(Label.GRANT_PINNED, owner=patient, object=grant)
