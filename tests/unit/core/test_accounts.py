"""Opening an account by password or kit, and changing what opens it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from journal.core import accounts
from journal.core.errors import EmailTaken, WrongCredentials, WrongPassword
from journal.core.models import Account, KeySlot
from journal.crypto import keyslot
from tests import thief
from tests.builders import World
from tests.people import PASSWORD

NEW = "five loud starlings at noon"


def unlock(world: World, email: str, password: str):
    return accounts.unlock(world.db, world.site, email=email, password=password, now=world.ana.now)


def with_kit(world: World, email: str, kit: str):
    return accounts.unlock_with_kit(world.db, world.site, email=email, kit=kit, now=world.ana.now)


def test_the_password_opens_everything(world: World) -> None:
    root = unlock(world, "  ANA@example.org ", PASSWORD)
    assert root.account_id == world.ana.id
    assert root.content_key == world.ana.keyring.content_key
    assert PASSWORD not in repr(root)
    assert root.content_key.hex() not in repr(root)


def test_wrong_password_and_unknown_address_are_one_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stretched = []
    sound = keyslot.password_secret
    monkeypatch.setattr(
        keyslot,
        "password_secret",
        lambda *args, **kwargs: stretched.append(1) or sound(*args, **kwargs),
    )
    texts = set()
    for email in (world.ana.email, "nobody@example.org"):
        with pytest.raises(WrongCredentials) as caught:
            unlock(world, email, "not the password")
        texts.add((type(caught.value), str(caught.value)))
    assert len(texts) == 1
    assert len(stretched) == 2, "an unknown address costs the same work"


def test_the_kit_opens_what_the_password_opens(world: World) -> None:
    typed = world.ana.kit.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert with_kit(world, world.ana.email, typed).content_key == world.ana.keyring.content_key
    for kit in (keyslot.make_kit(), world.otto.kit, world.ana.kit[:-1], "", PASSWORD):
        with pytest.raises(WrongCredentials):
            with_kit(world, world.ana.email, kit)
    with pytest.raises(WrongCredentials):
        with_kit(world, "nobody@example.org", world.ana.kit)


def test_a_changed_password_is_the_only_one(world: World) -> None:
    accounts.change_password(world.db, world.site, world.ana.root, new_password=NEW)
    world.db.commit()
    assert unlock(world, world.ana.email, NEW).root_seed == world.ana.root.root_seed
    with pytest.raises(WrongCredentials):
        unlock(world, world.ana.email, PASSWORD)
    assert with_kit(world, world.ana.email, world.ana.kit)
    mine = select(func.count()).select_from(KeySlot).where(KeySlot.account_id == world.ana.id)
    assert world.db.scalar(mine) == 2


def test_a_replaced_kit_is_the_only_one(world: World) -> None:
    kit = accounts.replace_kit(world.db, world.site, world.ana.root, now=world.ana.now)
    world.db.commit()
    assert with_kit(world, world.ana.email, kit)
    with pytest.raises(WrongCredentials):
        with_kit(world, world.ana.email, world.ana.kit)


def test_step_up_asks_for_ones_own_password(world: World) -> None:
    root = world.ana.step_up()
    assert root.root_seed == world.ana.root.root_seed
    assert root.signer == world.ana.keyring.signer
    with pytest.raises(WrongPassword):
        world.ana.step_up("not the password")


def test_a_session_holds_no_root_key(world: World) -> None:
    """Nothing that a session opens leads to a slot, the root key or another signature."""
    found = thief.opened(world.db, {world.ana.keyring.content_key})
    columns = {item.column for item in found}
    assert not columns & {"accounts.root_key", "accounts.root_seed", "key_slots.body"}
    assert world.ana.root.root_seed not in thief.keys_in(found)
    assert not hasattr(world.ana.keyring, "root_seed")


def test_one_address_one_account(world: World) -> None:
    with pytest.raises(EmailTaken):
        accounts.create(
            world.db,
            world.site,
            accounts.make_keys(world.site, password=PASSWORD),
            role="patient",
            email=" Ana@EXAMPLE.org",
            name="Another",
            zone="UTC",
            now=world.ana.now,
        )
    world.db.rollback()
    assert world.db.scalar(select(func.count()).select_from(Account)) == 4


def test_the_kit_is_shown_until_it_is_typed_back_or_ten_minutes_are_over(world: World) -> None:
    db, ring, now = world.db, world.ana.keyring, world.ana.now
    assert accounts.pending_kit(db, ring, now=now) == world.ana.kit
    assert not accounts.confirm_kit(db, ring, typed=keyslot.make_kit(), now=now)
    assert not accounts.confirm_kit(db, ring, typed="?", now=now)
    late = now + timedelta(minutes=11)
    assert accounts.pending_kit(db, ring, now=late) is None
    assert not accounts.confirm_kit(db, ring, typed=world.ana.kit, now=late)
    assert accounts.confirm_kit(db, ring, typed=world.ana.kit.lower(), now=now)
    assert accounts.pending_kit(db, ring, now=now) is None
    assert world.ana.kit not in str(thief.opened_state(db, ring))


@pytest.mark.parametrize(("asked", "kept"), [(0, 1), (5, 5), (60, 60), (600, 60)])
def test_the_idle_lock_is_one_to_sixty_minutes(world: World, asked: int, kept: int) -> None:
    accounts.change_profile(
        world.db, world.ana.keyring, name="Ana B", zone="UTC", idle_minutes=asked
    )
    profile = accounts.profile(world.db, world.ana.keyring)
    assert (profile.name, profile.zone, profile.idle_minutes) == ("Ana B", "UTC", kept)
