"""The tables: every key starts with the owning account's id, but for three directories.

`contacts`, `sessions` and `invitations` are asked before the account is known; they
find it by a hash. All instants are whole seconds since the epoch, UTC.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from journal.base import Base


def account_key() -> Mapped[UUID]:
    return mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)


class Account(Base):
    """One person: two public keys in the clear, everything else sealed."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    root_public: Mapped[bytes] = mapped_column(LargeBinary)
    sealing_public: Mapped[bytes] = mapped_column(LargeBinary)
    root_key: Mapped[bytes] = mapped_column(LargeBinary)
    content_key: Mapped[bytes] = mapped_column(LargeBinary)
    root_seed: Mapped[bytes] = mapped_column(LargeBinary)
    sealing_seed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    state_version: Mapped[int] = mapped_column(BigInteger)


class KeyAnnouncement(Base):
    """A change of an account's two keys, signed by the old one and the new; holds no secret."""

    __tablename__ = "key_announcements"

    account_id: Mapped[UUID] = account_key()
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    announced: Mapped[bytes] = mapped_column(LargeBinary)


class ShredKey(Base):
    """Erasing this row makes every older copy of the account's slots and grants useless."""

    __tablename__ = "shred_keys"

    account_id: Mapped[UUID] = account_key()
    key: Mapped[bytes] = mapped_column(LargeBinary)


class Contact(Base):
    """Directory: finds an account by the keyed hash of an e-mail address."""

    __tablename__ = "contacts"

    email_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    site_version: Mapped[int] = mapped_column(BigInteger)


class KeySlot(Base):
    """One way to open an account key.

    `former` is the number of the keys from before a new start that it opens, 0 for today's.
    """

    __tablename__ = "key_slots"

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[int] = mapped_column(BigInteger)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    site_version: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    former: Mapped[int] = mapped_column(BigInteger, server_default="0")


class FormerKeys(Base):
    """The keys of an account before its n-th new start, sealed as they were: a kit opens them."""

    __tablename__ = "former_keys"

    account_id: Mapped[UUID] = account_key()
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    root_public: Mapped[bytes] = mapped_column(LargeBinary)
    sealing_public: Mapped[bytes] = mapped_column(LargeBinary)
    root_key: Mapped[bytes] = mapped_column(LargeBinary)
    content_key: Mapped[bytes] = mapped_column(LargeBinary)
    root_seed: Mapped[bytes] = mapped_column(LargeBinary)
    sealing_seed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    state_version: Mapped[int] = mapped_column(BigInteger)
    replaced_at: Mapped[int] = mapped_column(BigInteger)


class ReturnedRecord(Base):
    """A record from before a new start, given back by a reader: sealed for the two of a grant.

    `record_id` is the one it had, `n` the order in which it was given back.
    """

    __tablename__ = "returned_records"

    account_id: Mapped[UUID] = account_key()
    grant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    record_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Session(Base):
    """Directory: one signed-in device, found by its cookie's hash; ended by erasing its keys."""

    __tablename__ = "sessions"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    content_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    signer: Mapped[bytes | None] = mapped_column(LargeBinary)
    certificate: Mapped[bytes | None] = mapped_column(LargeBinary)
    label: Mapped[bytes | None] = mapped_column(LargeBinary)
    started_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)
    ends_at: Mapped[int] = mapped_column(BigInteger, index=True)
    idle_seconds: Mapped[int] = mapped_column(BigInteger)
    site_version: Mapped[int] = mapped_column(BigInteger, server_default="1")


class Scope(Base):
    """One scope of a patient; its name is sealed, so a thief can't tell journal from check-ins."""

    __tablename__ = "scopes"

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    name: Mapped[bytes] = mapped_column(LargeBinary)


class ScopeKey(Base):
    """A scope's key for one stratum and generation, wrapped under the content key."""

    __tablename__ = "scope_keys"

    account_id: Mapped[UUID] = account_key()
    scope_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    stratum: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    generation: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Record(Base):
    """One sealed record: no kind, no clock time, no title."""

    __tablename__ = "records"
    __table_args__ = (
        Index("ix_records_position", "account_id", "position"),
        Index("ix_records_scope", "account_id", "scope_id", "position"),
    )

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    scope_id: Mapped[UUID] = mapped_column(Uuid)
    position: Mapped[int] = mapped_column(BigInteger)
    stratum: Mapped[int] = mapped_column(BigInteger)
    generation: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Grant(Base):
    """One patient's consent towards one therapist; `account_id` is the patient."""

    __tablename__ = "grants"

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(Uuid)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_key: Mapped[bytes] = mapped_column(LargeBinary)
    names: Mapped[bytes] = mapped_column(LargeBinary)
    not_after: Mapped[int | None] = mapped_column(BigInteger, index=True)
    status: Mapped[str] = mapped_column(String(16))
    rotation: Mapped[str] = mapped_column(String(16))


class GrantStatement(Base):
    """A signed statement of a grant, sealed under the grant key; the highest seq counts."""

    __tablename__ = "grant_statements"

    account_id: Mapped[UUID] = account_key()
    grant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class GrantKey(Base):
    """A scope key under a grant key."""

    __tablename__ = "grant_keys"

    account_id: Mapped[UUID] = account_key()
    grant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    scope_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    stratum: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    generation: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class GrantRecord(Base):
    """The content key of one singly shared record under a grant key."""

    __tablename__ = "grant_records"

    account_id: Mapped[UUID] = account_key()
    grant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    record_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class CareCopy(Base):
    """A patient's copy of what a therapist recorded, sealed, until her session takes it in.

    `id` is that of the record which it becomes, `refused` why it did not.
    """

    __tablename__ = "care_copies"

    account_id: Mapped[UUID] = account_key()
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    refused: Mapped[str | None] = mapped_column(String(16))


class CaseloadRow(Base):
    """A therapist's way to a grant: rows that she owns, so her caseload is one query."""

    __tablename__ = "caseload"

    account_id: Mapped[UUID] = account_key()
    grant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(Uuid)


class ReEncryption(Base):
    """A record whose content key a former reader knew, waiting for a fresh one."""

    __tablename__ = "re_encryptions"

    account_id: Mapped[UUID] = account_key()
    record_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)


class Receipt(Base):
    """The n-th consent receipt of a patient, sealed."""

    __tablename__ = "receipts"

    account_id: Mapped[UUID] = account_key()
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class AccessEvent(Base):
    """The n-th event of a grant's access log, sealed under a key of the grant, chained.

    `marks` are keyed and random bytes by which those two find it unopened; none on old rows.
    """

    __tablename__ = "access_events"

    account_id: Mapped[UUID] = account_key()
    grant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    link: Mapped[bytes] = mapped_column(LargeBinary)
    marks: Mapped[bytes | None] = mapped_column(LargeBinary)


class Invitation(Base):
    """Directory: an invitation, found by its token's hash and opened by its token only."""

    __tablename__ = "invitations"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    inviter_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(16))
    used_by: Mapped[UUID | None] = mapped_column(Uuid)
    grant_id: Mapped[UUID | None] = mapped_column(Uuid)
    pin_mac: Mapped[bytes | None] = mapped_column(LargeBinary)


class Leaving(Base):
    """An account that is to be erased, and when: a job without anybody's key finds it here."""

    __tablename__ = "leavings"

    account_id: Mapped[UUID] = account_key()
    asked_at: Mapped[int] = mapped_column(BigInteger)
    erase_at: Mapped[int] = mapped_column(BigInteger)


class Tombstone(Base):
    """Something that ended and that no restore may revive; outlives its account, so no reference.

    `due` is set by a restore: the patient's own keys have not yet signed what was replayed.
    """

    __tablename__ = "tombstones"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    grant_id: Mapped[UUID | None] = mapped_column(Uuid)
    object_id: Mapped[UUID | None] = mapped_column(Uuid)
    not_after: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)
    due: Mapped[bool] = mapped_column(Boolean)


class Throttle(Base):
    """Failures under one keyed hash of an address or a network, in one window."""

    __tablename__ = "throttles"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    started_at: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(BigInteger)


class Lease(Base):
    """Who may run a job, and until when, so that several nodes run it once."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[int] = mapped_column(BigInteger)


class Incarnation(Base):
    """One life of this database: another begins with a restore, or when an older copy is found.

    `tick` only rises, so a file beside the database can tell that an older copy was put back.
    """

    __tablename__ = "incarnations"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(Uuid)
    tick: Mapped[int] = mapped_column(BigInteger)
    began_at: Mapped[int] = mapped_column(BigInteger)
    backup_made_at: Mapped[int | None] = mapped_column(BigInteger)


class OlderDatabaseSeen(Base):
    """Somebody's browser knew a newer database; whose is not written down."""

    __tablename__ = "older_database_seen"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
