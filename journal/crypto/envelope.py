"""Versioned sealing of bytes under one key, bound to one context."""

from typing import Final

from journal.crypto.context import Context
from journal.crypto.errors import BadFormat, WrongKey
from journal.crypto.primitives import NONCE_BYTES, TAG_BYTES, Cipher, aes_open, aes_seal

VERSION: Final = 1
AES_256_GCM: Final = 1
OVERHEAD_BYTES: Final = 2 + NONCE_BYTES + TAG_BYTES

HEAD: Final = bytes([VERSION, AES_256_GCM])
_LENGTH_BYTES: Final = 4
_LONGEST: Final = 0xFFFF_FFFF


def seal(key: bytes, plaintext: bytes, context: Context) -> bytes:
    """01 | alg | nonce[12] | ciphertext+tag, under a 32-byte key."""
    return HEAD + aes_seal(key, plaintext, context.aad(AES_256_GCM))


def open_(key: bytes | Cipher, envelope: bytes, context: Context) -> bytes:
    """The plaintext of `seal`; a key that opens many may come as `primitives.aes(key)`.

    WrongKey for another key or context, a flipped byte or a cut; BadFormat for an unknown
    version or algorithm.
    """
    if len(envelope) < OVERHEAD_BYTES:
        raise WrongKey
    if not envelope.startswith(HEAD):
        raise BadFormat("unknown version or algorithm of an envelope")
    return aes_open(key, envelope[2:], context.aad(AES_256_GCM))


def pad(plaintext: bytes, floor: int) -> bytes:
    """length u32 | plaintext | zeros, up to max(`floor`, Padmé) bytes in all.

    The size of a check-in or an entry would otherwise tell how much was written. Padmé
    (Nikitin et al., PETS 2019) grows by at most 12 % and leaks O(log log) bits.
    """
    if len(plaintext) > _LONGEST:
        raise BadFormat("too long to pad")
    framed = len(plaintext).to_bytes(_LENGTH_BYTES, "big") + plaintext
    return framed.ljust(max(floor, padme(len(framed))), b"\0")


def unpad(padded: bytes) -> bytes:
    """What was padded; BadFormat if length and zeros don't agree."""
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    end = _LENGTH_BYTES + length
    # A cut makes the right side negative, so this one comparison refuses it too.
    if padded.count(0, end) != len(padded) - end:
        raise BadFormat("length and zeros of the padding don't agree")
    return padded[_LENGTH_BYTES:end]


def peek(padded: bytes) -> bytes:
    """What was padded with its zeros still behind it, unchecked: for a first look at thousands."""
    return padded[_LENGTH_BYTES:]


def padme(length: int) -> int:
    """The Padmé size, in bytes, for `length` bytes: never smaller."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << max(low_bits, 0)) - 1
    return (length + mask) & ~mask
