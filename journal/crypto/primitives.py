"""The few algorithms everything stands on; the only importer of `cryptography`."""

import hashlib
import hmac
import os
import unicodedata
from threading import Lock
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from journal.crypto.errors import BadFormat, BadSignature, WrongKey

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
SEALING_PUBLIC_BYTES: Final = 1216
SIGNING_PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 65

HPKE_VERSION: Final = 1
HPKE_XWING_HKDF_SHA256_AES_256_GCM: Final = 1
SIGN_ED25519: Final = 1

ARGON2_MEMORY_KIB: Final = 64 * 1024
ARGON2_PASSES: Final = 3
ARGON2_LANES: Final = 4
ARGON2_SALT_BYTES: Final = 16

Cipher = AESGCM

_ONE_AT_A_TIME: Final = Lock()

_MOST_HELD: Final = 4096
_held: Final[set[bytes]] = set()  # hashes of key, signature and message that were found to hold

_MLKEM_PUBLIC_BYTES: Final = 1184
_HPKE_HEAD: Final = bytes([HPKE_VERSION, HPKE_XWING_HKDF_SHA256_AES_256_GCM])
_P256: Final = ec.SECP256R1()
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def make_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def make_bytes(count: int) -> bytes:
    """`count` random bytes from the operating system."""
    return os.urandom(count)


def exactly(value: bytes, length: int, what: str) -> bytes:
    """`value` unchanged, if it is `length` bytes long; else BadFormat naming `what`."""
    if len(value) != length:
        raise BadFormat(f"{what} must be {length} bytes")
    return value


def hkdf(secret: bytes, *, salt: bytes = b"", info: bytes, length: int = KEY_BYTES) -> bytes:
    """`length` bytes by HKDF-SHA256 (RFC 5869)."""
    return HKDF(hashes.SHA256(), length, salt or None, info).derive(secret)


def argon2id(password: str, salt: bytes, ad: bytes) -> bytes:
    """32 bytes by Argon2id (RFC 9106) with 64 MiB, 3 passes, 4 lanes; `salt` is 16 bytes.

    The password is taken in NFC: phones and desktops compose accents differently.
    A password that is no Unicode text (a lone surrogate) raises BadFormat.
    """
    exactly(salt, ARGON2_SALT_BYTES, "an Argon2id salt")
    try:
        material = unicodedata.normalize("NFC", password).encode()
    except UnicodeEncodeError:
        raise BadFormat("a password must be Unicode text") from None
    stretch = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=ARGON2_PASSES,
        lanes=ARGON2_LANES,
        memory_cost=ARGON2_MEMORY_KIB,
        ad=ad,
    )
    # Two at once in one process wait for each other for ever: they share OpenSSL's few threads.
    with _ONE_AT_A_TIME:
        return stretch.derive(material)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """32 bytes, HMAC-SHA256 (RFC 2104)."""
    return hmac.digest(key, message, "sha256")


def sha256(*parts: bytes) -> bytes:
    """32 bytes over the parts, one after the other; callers put a domain in front."""
    return hashlib.sha256(b"".join(parts)).digest()


def equal(a: bytes, b: bytes) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(a, b)


def aes_seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """AES-256-GCM under a 32-byte key: nonce[12] | ciphertext | tag[16]."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + aes(key).encrypt(nonce, plaintext, aad)


def aes_open(key: bytes | Cipher, box: bytes, aad: bytes) -> bytes:
    """The plaintext of `aes_seal`; anything that does not fit raises WrongKey."""
    cipher = key if isinstance(key, AESGCM) else aes(key)
    if len(box) < NONCE_BYTES + TAG_BYTES:
        raise WrongKey
    try:
        return cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], aad)
    except InvalidTag:
        raise WrongKey from None


def aes_open_wrapped(
    cipher: Cipher, wrapped: bytes, wrapped_aad: bytes, box: bytes, box_aad: bytes
) -> bytes:
    """The plaintext of a box whose key lies in another box; WrongKey when either stays shut.

    Both steps in one call, since a search takes them thousands of times. Each box is at least
    a nonce and a tag long.
    """
    try:
        key = cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], wrapped_aad)
        return aes(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], box_aad)
    except InvalidTag:
        raise WrongKey from None


def aes(key: bytes) -> Cipher:
    """A 32-byte key made ready once, for opening many boxes with it."""
    # AESGCM takes 16-byte keys too and would quietly do AES-128.
    if len(key) != KEY_BYTES:
        raise BadFormat("an AES-256 key must be 32 bytes")
    return AESGCM(key)


def sealing_public(seed: bytes) -> bytes:
    """The 1,216-byte X-Wing public key of a 32-byte seed: ML-KEM-768 | X25519."""
    mlkem, x25519 = _sealing_parts(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def hpke_seal(public: bytes, plaintext: bytes, *, label: str, context: bytes) -> bytes:
    """01 | alg | enc[1120] | ciphertext+tag, sealed to one public key (RFC 9180, KEM 0x647a)."""
    exactly(public, SEALING_PUBLIC_BYTES, "a sealing public key")
    try:
        recipient = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
        )
        return _HPKE_HEAD + _SUITE.encrypt(plaintext, recipient, _hpke_info(label, context))
    except ValueError:
        # ML-KEM checks its coefficients, X25519 small orders: not every 1,216 bytes are a key.
        raise BadFormat("not a sealing public key") from None


def hpke_open(seed: bytes, box: bytes, *, label: str, context: bytes) -> bytes:
    """The plaintext of `hpke_seal`; WrongKey if it stays shut, BadFormat if the head is unknown."""
    mlkem, x25519 = _sealing_parts(seed)
    if len(box) < len(_HPKE_HEAD):
        raise WrongKey
    if not box.startswith(_HPKE_HEAD):
        raise BadFormat("unknown version or algorithm of a sealed box")
    recipient = MLKEM768X25519PrivateKey(mlkem, x25519)
    try:
        return _SUITE.decrypt(box[len(_HPKE_HEAD) :], recipient, _hpke_info(label, context))
    except (InvalidTag, ValueError):
        raise WrongKey from None


def _hpke_info(label: str, context: bytes) -> bytes:
    # The API has no `aad`. The hash has a fixed length: label and context can't run together.
    return b"AG1 " + label.encode("ascii") + sha256(context)


def _sealing_parts(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    exactly(seed, KEY_BYTES, "a sealing seed")
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def signing_public(seed: bytes) -> bytes:
    """The 32-byte Ed25519 public key of a 32-byte seed."""
    return _signing_key(seed).public_key().public_bytes_raw()


def sign(seed: bytes, namespace: str, message: bytes) -> bytes:
    """65 bytes: algorithm byte and Ed25519 signature (RFC 8032) of the namespaced message."""
    signature = _signing_key(seed).sign(_namespaced(SIGN_ED25519, namespace, message))
    return bytes([SIGN_ED25519]) + signature


def verify(public: bytes, namespace: str, message: bytes, signature: bytes) -> None:
    """Raises BadSignature unless `signature` was made by `sign` in this namespace.

    The same three to the byte always have the same answer, so one that held is not worked out
    again: of each a hash is remembered, and no more.
    """
    if len(signature) != SIGNATURE_BYTES or signature[0] != SIGN_ED25519:
        raise BadSignature
    if len(public) != SIGNING_PUBLIC_BYTES:
        raise BadSignature
    signed = _namespaced(SIGN_ED25519, namespace, message)
    # Both before the message have one length each: no other three run together to the same.
    mark = sha256(b"AG1 held\0", public, signature, signed)
    if mark in _held:
        return
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[1:], signed)
    except (InvalidSignature, ValueError):
        raise BadSignature from None
    if len(_held) >= _MOST_HELD:
        _held.clear()
    _held.add(mark)


def make_p256() -> bytes:
    """32 random bytes that are a private key of P-256."""
    value = ec.generate_private_key(_P256).private_numbers().private_value
    return value.to_bytes(KEY_BYTES, "big")


def p256_public(secret: bytes) -> bytes:
    """The 65-byte uncompressed public key of a P-256 private key."""
    public = _p256_key(secret).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def p256_sign(secret: bytes, message: bytes) -> bytes:
    """64 bytes, r | s: ECDSA with SHA-256 as JSON Web Signatures have it (RFC 7518, ES256)."""
    r, s = decode_dss_signature(_p256_key(secret).sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(KEY_BYTES, "big") + s.to_bytes(KEY_BYTES, "big")


def _p256_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    value = int.from_bytes(exactly(secret, KEY_BYTES, "a P-256 private key"), "big")
    try:
        return ec.derive_private_key(value, _P256)
    except ValueError:
        raise BadFormat("not a P-256 private key") from None


def _signing_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(exactly(seed, KEY_BYTES, "a signing seed"))


def _namespaced(algorithm: int, namespace: str, message: bytes) -> bytes:
    # The length byte keeps "a" + "bc" and "ab" + "c" apart: no signature serves in two namespaces.
    name = namespace.encode("ascii")
    return b"AG1 signature\0" + bytes([algorithm, len(name)]) + name + message
