"""A patient's copy of what a therapist records: sealed to the patient, and under the shred key."""

from typing import Final
from uuid import UUID

from journal.crypto.context import Context, Label, context
from journal.crypto.envelope import open_, seal
from journal.crypto.primitives import KEY_BYTES, exactly, hkdf, hpke_open, hpke_seal

_LABEL: Final = "care copy"


def seal_copy(
    plaintext: bytes, *, patient_public: bytes, patient_shred_key: bytes, patient: UUID, copy: UUID
) -> bytes:
    """Sealed to the patient's 1,216-byte key; HPKE does not say who sealed: what is inside must."""
    sealed = hpke_seal(patient_public, plaintext, label=_LABEL, context=patient.bytes + copy.bytes)
    return seal(_outer_key(patient_shred_key), sealed, _outer(patient, copy))


def open_copy(
    sealed: bytes, *, patient_seed: bytes, patient_shred_key: bytes, patient: UUID, copy: UUID
) -> bytes:
    """The plaintext; WrongKey where it was sealed for somebody else, or for another copy."""
    inner = open_(_outer_key(patient_shred_key), sealed, _outer(patient, copy))
    return hpke_open(patient_seed, inner, label=_LABEL, context=patient.bytes + copy.bytes)


def _outer_key(shred_key: bytes) -> bytes:
    return hkdf(exactly(shred_key, KEY_BYTES, "a shred key"), info=b"AG1 care copy outer")


def _outer(patient: UUID, copy: UUID) -> Context:
    return context(Label.CARE_COPY, owner=patient, object=copy)
