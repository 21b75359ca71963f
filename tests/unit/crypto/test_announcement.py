"""Announcements of new keys: what leads on from a pin, and what does not."""

from uuid import UUID

import pytest

from journal.crypto import announcement, primitives
from journal.crypto.errors import BadFormat, BadSignature
from journal.crypto.identity import PublicIdentity
from tests.unit.crypto.changes import refuses_every_change

TESS, THEO = UUID(int=1), UUID(int=2)


def keys(account: UUID, number: int) -> tuple[bytes, PublicIdentity]:
    seed, sealing = bytes([number]) * 32, bytes([number + 100]) * 32
    public = primitives.signing_public(seed)
    return seed, PublicIdentity(account, public, primitives.sealing_public(sealing))


OLD_SEED, OLD = keys(TESS, 1)
NEW_SEED, NEW = keys(TESS, 2)
NEXT_SEED, NEXT = keys(TESS, 3)


def announce(old=OLD, new=NEW, old_seed=OLD_SEED, new_seed=NEW_SEED, seq=1) -> bytes:
    return announcement.announce(old, new, old_seed=old_seed, new_seed=new_seed, seq=seq, at=77)


def test_the_pinned_keys_lead_to_the_new_ones():
    found = announcement.verify(announce(), pinned=OLD, after=0)
    assert (found.seq, found.at, found.before, found.identity) == (1, 77, OLD.fingerprint, NEW)


def test_no_changed_or_cut_one_leads_anywhere():
    refuses_every_change(announce(), lambda made: announcement.verify(made, pinned=OLD, after=0))


def test_what_names_another_account_leads_nowhere():
    """Signed by both true keys, and as if it were Theo's: the account alone is compared here."""
    _, his = keys(THEO, 2)
    said = announcement._HEAD.pack(1, THEO.bytes, 1, 77, OLD.fingerprint) + his.encode()
    made = said + primitives.sign(OLD_SEED, announcement._BY_OLD, said)
    made += primitives.sign(NEW_SEED, announcement._BY_NEW, said)
    with pytest.raises(BadSignature, match="another account"):
        announcement.verify(made, pinned=OLD, after=0)


def test_an_account_announces_no_keys_but_its_own():
    with pytest.raises(BadFormat):
        announce(new=keys(THEO, 2)[1])


def test_keys_that_were_followed_already_do_not_lead_back():
    with pytest.raises(BadSignature):
        announcement.verify(announce(), pinned=NEW, after=1)
    with pytest.raises(BadSignature):
        announcement.verify(announce(seq=4), pinned=OLD, after=4)


def test_a_chain_is_followed_to_its_end_past_what_does_not_belong():
    first = announce()
    second = announce(NEW, NEXT, NEW_SEED, NEXT_SEED, seq=2)
    found = announcement.follow(OLD, [b"", first, b"\1" * 1500, first, second], after=0)
    assert [one.identity for one in found] == [NEW, NEXT]
    assert announcement.follow(OLD, [second], after=0) == []


def test_the_code_is_of_these_keys_and_this_grant():
    code = announcement.safety_code(b"k" * 32, NEW.fingerprint)
    assert code == announcement.safety_code(b"k" * 32, NEW.fingerprint)
    assert code != announcement.safety_code(b"k" * 32, OLD.fingerprint)
    assert code != announcement.safety_code(b"j" * 32, NEW.fingerprint)
    assert len(code) == 9
