"""Strata and generations: opening a stratum, raising a generation, handing out scope keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, delete, insert

from journal.core import scopes, tombstones
from journal.core.models import GrantKey
from journal.core.scopes import KeyAddress
from journal.crypto import envelope
from journal.crypto.context import Context, Label, context

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from sqlalchemy.orm import Session

    from journal.core.grants import HeldGrant
    from journal.core.keyring import Keyring
    from journal.crypto.grant import ScopeTerm

ADD_WRAP = insert(cast("Table", GrantKey.__table__))


def open_stratum(
    db: Session, keyring: Keyring, scope_id: UUID, readers: Iterable[HeldGrant]
) -> int:
    """Cut the scope's life here: stratum n+1, whose key goes to every reader who follows."""
    stratum = scopes.current(db, keyring, scope_id).stratum + 1
    _add_for(db, keyring, [KeyAddress(scope_id, stratum, 1)], readers)
    return stratum


def raise_generations(
    db: Session,
    keyring: Keyring,
    scope_id: UUID,
    first_stratum: int,
    remaining: Collection[HeldGrant],
) -> None:
    """A new key for every stratum from the first on, handed to those who remain.

    Each keeps exactly the strata of its own statement, so that re-keying never turns
    "from now on" into "everything".
    """
    raised = [
        KeyAddress(scope_id, stratum, generation + 1)
        for stratum, generation in scopes.strata(db, keyring, scope_id).items()
        if stratum >= first_stratum
    ]
    _add_for(db, keyring, raised, remaining)


def raise_all(db: Session, keyring: Keyring, remaining: Collection[HeldGrant]) -> None:
    """The same for every scope, after a grant so damaged that nothing says what it covered."""
    for name, scope_id in scopes.ids(db, keyring).items():
        if name in scopes.SHAREABLE:
            raise_generations(db, keyring, scope_id, 1, remaining)


def hand_over(
    db: Session, keyring: Keyring, grant: HeldGrant, terms: Collection[ScopeTerm]
) -> None:
    """Give one grant the newest key of every stratum that these terms of it reach.

    Older generations follow too while a rotation is unfinished: their records still need them.
    """
    first = {term.scope_id: term.first_stratum for term in terms}
    scopes.load_keys(db, keyring, *first)
    held = {KeyAddress(*address): key for address, key in keyring.scope_keys.items()}
    reached = {
        address: key
        for address, key in held.items()
        if address.scope_id in first and address.stratum >= first[address.scope_id]
    }
    _wrap(db, grant, reached)


def catch_up(db: Session, keyring: Keyring, grant: HeldGrant) -> None:
    """Give one grant again all that its statement covers: some of it was held back."""
    withheld = tombstones.withheld(db, grant.patient_id)
    terms = [term for term in grant.statement.scopes if (grant.id, term.scope_id) not in withheld]
    take_back(db, grant, [term.scope_id for term in terms])
    hand_over(db, keyring, grant, terms)


def take_back(db: Session, grant: HeldGrant, scope_ids: Collection[UUID] | None = None) -> None:
    """Erase a grant's wrapped scope keys, of some scopes or of all."""
    wraps = delete(GrantKey).where(
        GrantKey.account_id == grant.patient_id, GrantKey.grant_id == grant.id
    )
    if scope_ids is not None:
        wraps = wraps.where(GrantKey.scope_id.in_(scope_ids))
    db.execute(wraps)


def wrap_context(grant_id: UUID, patient_id: UUID, address: KeyAddress) -> Context:
    return context(
        Label.GRANT_SCOPE_KEY,
        owner=patient_id,
        scope=address.scope_id,
        stratum=address.stratum,
        generation=address.generation,
        object=grant_id,
    )


def _add_for(
    db: Session,
    keyring: Keyring,
    addresses: Collection[KeyAddress],
    readers: Iterable[HeldGrant],
) -> None:
    keys = scopes.add_keys(db, keyring, addresses)
    withheld = tombstones.withheld(db, keyring.account_id)
    for grant in readers:
        covered = {
            address: key
            for address, key in keys.items()
            if (grant.id, address.scope_id) not in withheld
            and grant.covers(address.scope_id, address.stratum)
        }
        _wrap(db, grant, covered)


def _wrap(db: Session, grant: HeldGrant, keys: Mapping[KeyAddress, bytes]) -> None:
    wraps = [
        {
            "account_id": grant.patient_id,
            "grant_id": grant.id,
            **address._asdict(),
            "wrapped": envelope.seal(
                grant.key, key, wrap_context(grant.id, grant.patient_id, address)
            ),
        }
        for address, key in keys.items()
    ]
    if wraps:
        # On the connection, as Core: the driver then takes all rows in one call.
        db.connection().execute(ADD_WRAP, wraps)
