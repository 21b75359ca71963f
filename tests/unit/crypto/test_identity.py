"""Fingerprints cover the account and both keys."""

from dataclasses import replace
from uuid import UUID

import pytest

from journal.crypto.errors import BadFormat
from journal.crypto.identity import PublicIdentity

TESS = PublicIdentity(UUID(int=1), b"r" * 32, b"s" * 1216)


def test_swapping_any_part_changes_the_fingerprint() -> None:
    others = [
        replace(TESS, account=UUID(int=2)),
        replace(TESS, root_public=b"R" + b"r" * 31),
        replace(TESS, sealing_public=b"s" * 1215 + b"S"),
    ]
    fingerprints = {who.fingerprint for who in (TESS, *others)}
    assert len(fingerprints) == 4
    assert len(TESS.fingerprint) == 32


def test_an_identity_reads_back() -> None:
    encoded = TESS.encode()
    assert PublicIdentity.decode(encoded) == TESS
    for wrong in (b"", encoded[:-1], encoded + b"\0", b"\2" + encoded[1:]):
        with pytest.raises(BadFormat):
            PublicIdentity.decode(wrong)


def test_keys_of_another_length_make_no_identity() -> None:
    with pytest.raises(BadFormat):
        replace(TESS, root_public=b"r" * 31)
    with pytest.raises(BadFormat):
        replace(TESS, sealing_public=b"")
