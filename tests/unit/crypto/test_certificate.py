"""Certificates: this root, this account, this session, this time."""

from uuid import UUID

import pytest

from journal.crypto import certificate
from journal.crypto.errors import BadFormat, BadSignature
from journal.crypto.primitives import SIGNATURE_BYTES, sign, signing_public

from .changes import refuses_every_change

ROOT = bytes(range(32))
ROOT_PUBLIC = signing_public(ROOT)
SESSION_PUBLIC = signing_public(b"s" * 32)
ANA = UUID(int=1)
START, END = 1_000_000, 1_000_000 + certificate.LIFETIME_SECONDS
SOUND = certificate.certify(
    ROOT, account=ANA, session_public=SESSION_PUBLIC, not_before=START, not_after=END
)


def verify(
    text: bytes, *, account: UUID = ANA, at: int = START, root: bytes = ROOT_PUBLIC
) -> bytes:
    return certificate.verify(text, root_public=root, account=account, at=at)


def test_it_names_the_sessions_key_for_twelve_hours() -> None:
    assert END - START == 12 * 3600
    assert verify(SOUND) == SESSION_PUBLIC
    assert verify(SOUND, at=END - 1) == SESSION_PUBLIC


@pytest.mark.parametrize("at", [0, START - 1, END, END + 1])
def test_an_expired_or_early_certificate_is_refused(at: int) -> None:
    with pytest.raises(BadSignature):
        verify(SOUND, at=at)


def test_another_account_or_root_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify(SOUND, account=UUID(int=2))
    with pytest.raises(BadSignature):
        verify(SOUND, root=SESSION_PUBLIC)


def test_a_damaged_certificate_never_holds() -> None:
    refuses_every_change(SOUND, verify)


def test_another_version_is_refused_even_if_the_root_signed_it() -> None:
    body = b"\2" + SOUND[1:-SIGNATURE_BYTES]
    with pytest.raises(BadSignature):
        verify(body + sign(ROOT, "session certificate", body))


@pytest.mark.parametrize(("begin", "end"), [(5, 5), (6, 5), (-1, 5), (0, 2**64)])
def test_a_certificate_begins_before_it_ends(begin: int, end: int) -> None:
    with pytest.raises(BadFormat):
        certificate.certify(
            ROOT, account=ANA, session_public=SESSION_PUBLIC, not_before=begin, not_after=end
        )


def test_only_a_public_key_is_certified() -> None:
    with pytest.raises(BadFormat):
        certificate.certify(ROOT, account=ANA, session_public=b"", not_before=1, not_after=2)
