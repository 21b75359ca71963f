"""The primitives against the published vectors that come with `cryptography-vectors`."""

import hashlib
import hmac
import json
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from journal.crypto import primitives
from journal.crypto.errors import BadSignature, WrongKey

SUITE_OURS = b"HPKE" + bytes.fromhex("647a00010002")


def read_text(path: str) -> str:
    with cryptography_vectors.open_vector_file(path, "r") as file:
        return str(file.read())


def cases(path: str, first: str = "count") -> list[dict[str, str]]:
    """The cases of a NIST-style file: `name = value` lines, each opened by the field `first`."""
    section: dict[str, str] = {}
    found: list[dict[str, str]] = []
    for line in read_text(path).splitlines():
        name, _, value = (part.strip() for part in line.strip("[] ").partition("="))
        if line.startswith("["):
            section = section | {name: value}
        elif name.lower() == first:
            found.append(dict(section))
        elif line and not line.startswith("#") and found:
            found[-1][name.lower()] = value
    return found


def raw(case: dict[str, str], name: str) -> bytes:
    return bytes.fromhex(case[name])


@pytest.mark.parametrize(
    ("path", "sound", "forged"),
    [
        ("ciphers/AES/GCM/gcmDecrypt256.rsp", 184, 191),
        ("ciphers/AES/GCM/gcmEncryptExtIV256.rsp", 375, 0),
    ],
)
def test_aes_gcm_agrees_with_nist(path: str, sound: int, forged: int) -> None:
    """All cases with our sizes: a 96-bit nonce and a 128-bit tag."""
    opened = refused = 0
    for case in cases(path):
        if (case["IVlen"], case["Taglen"]) != ("96", "128"):
            continue
        box = raw(case, "iv") + raw(case, "ct") + raw(case, "tag")
        if "fail" in case:
            refused += 1
            with pytest.raises(WrongKey):
                primitives.aes_open(raw(case, "key"), box, raw(case, "aad"))
        else:
            opened += 1
            plain = primitives.aes_open(raw(case, "key"), box, raw(case, "aad"))
            assert plain == raw(case, "pt")
    assert (opened, refused) == (sound, forged)


def test_hkdf_agrees_with_rfc_5869() -> None:
    found = cases("KDF/rfc-5869-HKDF-SHA256.txt")
    assert len(found) == 3
    for case in found:
        derived = primitives.hkdf(
            raw(case, "ikm"), salt=raw(case, "salt"), info=raw(case, "info"), length=int(case["l"])
        )
        assert derived == raw(case, "okm")


def test_hmac_agrees_with_rfc_4231() -> None:
    found = cases("HMAC/rfc-4231-sha256.txt", first="len")
    assert len(found) == 6
    for case in found:
        assert primitives.hmac_sha256(raw(case, "key"), raw(case, "msg")) == raw(case, "md")


def test_argon2id_agrees_with_rfc_9106() -> None:
    """The published cases use small memory and a secret, so they try the algorithm underneath."""
    found = cases("KDF/argon2id.txt")
    assert len(found) == 6
    for case in found:
        derived = Argon2id(
            salt=raw(case, "salt"),
            length=int(case["length"]),
            iterations=int(case["iter"]),
            lanes=int(case["lanes"]),
            memory_cost=int(case["memcost"]),
            ad=bytes.fromhex(case["ad"]) if "ad" in case else None,
            secret=bytes.fromhex(case["secret"]) if "secret" in case else None,
        ).derive(raw(case, "pass"))
        assert derived == raw(case, "output")


def test_a_password_costs_64_mib_three_passes_and_four_lanes() -> None:
    spelled_out = Argon2id(
        salt=b"s" * 16, length=32, iterations=3, lanes=4, memory_cost=65536, ad=b"who"
    ).derive("Zo\u00eb".encode())
    # Typed with a separate diaeresis: the same password.
    assert primitives.argon2id("Zoe\u0308", b"s" * 16, b"who") == spelled_out


def test_ed25519_agrees_with_its_published_signatures() -> None:
    lines = read_text("asymmetric/Ed25519/sign.input").split()
    assert len(lines) == 1024
    for line in lines[::8]:
        secret, public, message, signed = (bytes.fromhex(part) for part in line.split(":")[:4])
        assert primitives.signing_public(secret[:32]) == public
        assert primitives._signing_key(secret[:32]).sign(message) == signed[:64]


def test_a_signature_is_plain_ed25519_over_the_namespaced_message() -> None:
    seed = bytes(range(32))
    signed = b"AG1 signature\0" + bytes([1, 7]) + b"receipt" + b"words"
    expected = b"\1" + primitives._signing_key(seed).sign(signed)
    assert primitives.sign(seed, "receipt", b"words") == expected
    with pytest.raises(BadSignature):
        primitives.verify(primitives.signing_public(seed), "receiptw", b"ords", expected)


def xwing_cases() -> list[dict[str, Any]]:
    every = json.loads(read_text("HPKE/hpke-pq-test-vectors.json"))
    return [case for case in every if case["kem_id"] == 0x647A]


def test_xwing_keys_agree_with_the_published_ones() -> None:
    found = xwing_cases()
    assert len(found) == 2
    for case in found:
        public = primitives.sealing_public(bytes.fromhex(case["skRm"]))
        assert public.hex() == case["pkRm"]


def extract(salt: bytes, suite: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def expand(prk: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    # One block of HKDF-Expand is enough: nothing here is longer than 32 bytes.
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labelled + b"\1", "sha256")[:length]


def key_schedule(suite: bytes, shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and base nonce of RFC 9180, section 5.1, base mode, written out."""
    hashed = extract(b"", suite, b"psk_id_hash", b"") + extract(b"", suite, b"info_hash", info)
    secret = extract(shared, suite, b"secret", b"")
    key = expand(secret, suite, b"key", b"\0" + hashed, 32)
    return key, expand(secret, suite, b"base_nonce", b"\0" + hashed, 12)


def test_hpke_opens_what_the_published_key_exchange_sealed() -> None:
    """The vectors seal with ChaCha20; so their shared secret goes through RFC 9180 by hand."""
    (case,) = [case for case in xwing_cases() if case["kdf_id"] == 1]
    shared = bytes.fromhex(case["shared_secret"])
    key, nonce = key_schedule(bytes.fromhex(case["suite_id"]), shared, bytes.fromhex(case["info"]))
    assert (key.hex(), nonce.hex()) == (case["key"], case["base_nonce"])

    info = b"AG1 grant key" + hashlib.sha256(b"Ana and Tess").digest()
    key, nonce = key_schedule(SUITE_OURS, shared, info)
    sealed = AESGCM(key).encrypt(nonce, b"a grant key", b"")
    box = b"\1\1" + bytes.fromhex(case["enc"]) + sealed
    seed = bytes.fromhex(case["skRm"])
    opened = primitives.hpke_open(seed, box, label="grant key", context=b"Ana and Tess")
    assert opened == b"a grant key"
