"""Key slots: the right secret, for the right slot, with both outer keys, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.crypto import keyslot
from journal.crypto.context import Label, context
from journal.crypto.envelope import open_, seal
from journal.crypto.errors import BadFormat, CryptoError, WrongKey
from journal.crypto.keyslot import LockedSlot
from journal.crypto.sitekey import SiteKey

from .changes import refuses_every_change

ACCOUNT_KEY = bytes(range(32))
SITE = SiteKey({1: b"1" * 32, 2: b"2" * 32})
ANAS: dict[str, Any] = {
    "secret": b"s" * 32,
    "kind": keyslot.KIND_KIT,
    "account": UUID(int=1),
    "slot": UUID(int=2),
    "shred_key": b"d" * 32,
    "site": SITE,
}


def test_a_slot_gives_the_account_key_back() -> None:
    locked = keyslot.lock(ACCOUNT_KEY, **ANAS)
    assert locked.site_version == 2
    assert ACCOUNT_KEY not in locked.body
    assert keyslot.unlock(locked, **ANAS) == ACCOUNT_KEY


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": b"t" * 32},
        {"secret": b""},
        {"kind": keyslot.KIND_PASSWORD},
        {"account": UUID(int=9)},
        {"slot": UUID(int=9)},
        {"shred_key": bytes(32)},
        {"site": SiteKey({1: b"1" * 32, 2: bytes(32)})},
        {"site": SiteKey({1: b"1" * 32})},
    ],
    ids=str,
)
def test_one_wrong_thing_keeps_it_shut(wrong: dict[str, Any]) -> None:
    locked = keyslot.lock(ACCOUNT_KEY, **ANAS)
    with pytest.raises(WrongKey):
        keyslot.unlock(locked, **(ANAS | wrong))


def test_an_unknown_kind_of_slot_is_refused() -> None:
    with pytest.raises(BadFormat):
        keyslot.lock(ACCOUNT_KEY, **(ANAS | {"kind": 4}))


def test_a_damaged_slot_never_opens() -> None:
    locked = keyslot.lock(ACCOUNT_KEY, **ANAS)

    def read(body: bytes) -> bytes:
        return keyslot.unlock(LockedSlot(2, body), **ANAS)

    refuses_every_change(locked.body, read)
    for version in (0, 1, 3, 2**32):
        with pytest.raises(CryptoError):
            keyslot.unlock(replace(locked, site_version=version), **ANAS)


def test_the_commitment_is_compared_before_anything_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otto holds the site key and puts another commitment before a genuine inner envelope."""
    locked = keyslot.lock(ACCOUNT_KEY, **ANAS)
    ids = (ANAS["account"], ANAS["slot"])
    inner = keyslot._unwrap(locked, *ids, SITE)
    forged = keyslot._wrap(bytes(32) + inner[32:], *ids, SITE)
    opened: list[Label] = []

    def watch(real: Callable[..., bytes]) -> Callable[..., bytes]:
        def watched(key: bytes, envelope: bytes, bound: Any) -> bytes:
            opened.append(bound.label)
            return real(key, envelope, bound)

        return watched

    monkeypatch.setattr(keyslot, "open_", watch(open_))
    with pytest.raises(WrongKey):
        keyslot.unlock(forged, **ANAS)
    assert opened == [Label.SLOT_OUTER]


def test_a_rotated_site_key_needs_nobody_present() -> None:
    locked = keyslot.lock(ACCOUNT_KEY, **ANAS)
    rotated = SITE.rotate()
    again = keyslot.rewrap(locked, account=ANAS["account"], slot=ANAS["slot"], site=rotated)
    assert again.site_version == 3
    only_new = SiteKey({3: rotated.versions[3]})
    assert keyslot.unlock(again, **(ANAS | {"site": only_new})) == ACCOUNT_KEY
    with pytest.raises(WrongKey):
        keyslot.unlock(locked, **(ANAS | {"site": only_new}))


def test_a_slot_body_can_not_be_built_from_another_label() -> None:
    ids = {"owner": ANAS["account"], "object": ANAS["slot"]}
    body = seal(SITE.derive("slot", 2), ACCOUNT_KEY, context(Label.SLOT_INNER, **ids))
    with pytest.raises(WrongKey):
        keyslot.unlock(LockedSlot(2, body), **ANAS)


def test_a_password_opens_its_own_slot_only() -> None:
    """The one test that pays for Argon2id thrice."""

    def secret(password: str, slot: int) -> bytes:
        return keyslot.password_secret(
            password, salt=b"s" * 16, account=UUID(int=1), slot=UUID(int=slot)
        )

    theirs = ANAS | {"kind": keyslot.KIND_PASSWORD, "secret": secret("linden tree", 2)}
    locked = keyslot.lock(ACCOUNT_KEY, **theirs)
    assert keyslot.unlock(locked, **theirs) == ACCOUNT_KEY
    for wrong in (secret("Linden tree", 2), secret("linden tree", 3)):
        with pytest.raises(WrongKey):
            keyslot.unlock(locked, **(theirs | {"secret": wrong}))


def test_a_kit_reads_back_however_it_is_typed() -> None:
    kit = keyslot.render_kit(b"\0\1\2\3" * 5)
    secret = keyslot.parse_kit(kit)
    assert secret == b"\0\1\2\3" * 5
    groups = kit.split("-")
    assert [len(group) for group in groups] == [4] * 9
    for typed in (
        kit.lower(),
        kit.replace("-", ""),
        kit.replace("-", " "),
        kit.replace("-", " \u2013 "),
        f"  {kit}\n",
        "\n".join(groups),
        kit.replace("0", "O"),
        kit.replace("0", "o").replace("1", "l"),
        kit.replace("1", "I"),
        kit.replace("1", "i"),
    ):
        assert keyslot.parse_kit(typed) == secret


@given(st.binary(min_size=20, max_size=20), st.integers(0, 35), st.integers(1, 31))
def test_one_wrong_letter_in_a_kit_is_noticed(secret: bytes, place: int, step: int) -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    letters = list(keyslot.render_kit(secret).replace("-", ""))
    letters[place] = alphabet[(alphabet.index(letters[place]) + step) % 32]
    try:
        read = keyslot.parse_kit("".join(letters))
    except BadFormat:
        return
    # A 20-bit checksum misses one slip in a million; the slot then stays shut.
    assert read != secret


@pytest.mark.parametrize("text", ["", "-", "ABCD", "U" * 36, "0" * 35, "0" * 37, "\u00e9" * 36])
def test_what_is_no_kit_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        keyslot.parse_kit(text)


def test_kits_differ() -> None:
    assert len({keyslot.make_kit() for _ in range(100)}) == 100
