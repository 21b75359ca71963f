"""The one key of P-256: push services check its signatures as JSON Web Signatures."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from journal.crypto import primitives
from journal.crypto.errors import BadFormat


def test_anybody_with_the_public_key_can_check_a_signature() -> None:
    secret = primitives.make_p256()
    signature = primitives.p256_sign(secret, b"claims")
    public = primitives.p256_public(secret)
    assert (len(public), public[0], len(signature)) == (65, 4, 64)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    key.verify(encode_dss_signature(r, s), b"claims", ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("secret", [bytes(32), b"\xff" * 32, bytes(31)])
def test_bytes_that_are_no_key_are_refused(secret: bytes) -> None:
    with pytest.raises(BadFormat):
        primitives.p256_public(secret)
