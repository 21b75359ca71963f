"""Every label, and what each one authenticates, in one table."""

import struct
from enum import IntEnum
from typing import Final, NamedTuple
from uuid import UUID

from journal.crypto.errors import BadFormat


class Label(IntEnum):
    """The type byte of an envelope. A number is never used again for something else."""

    RECORD_BODY = 1
    RECORD_KEY = 2
    ROOT_KEY = 3
    CONTENT_KEY = 4
    ROOT_SEED = 5
    SEALING_SEED = 6
    PRIVATE_STATE = 7
    SLOT_INNER = 8
    SLOT_OUTER = 9
    SESSION_CONTENT = 10
    SESSION_SIGNER = 11
    SESSION_LABEL = 12
    SCOPE_KEY = 13
    SCOPE_NAME = 14
    GRANT_SEALED = 15
    GRANT_KEPT = 16
    GRANT_SCOPE_KEY = 17
    GRANT_RECORD_KEY = 18
    GRANT_STATEMENT = 19
    GRANT_NAMES = 20
    ACCESS_EVENT = 21
    RECEIPT = 22
    INVITATION = 23
    CONTACT = 24
    LATE_POST = 25
    GRANT_PINNED = 26
    BROWSER_MARK = 27
    REMINDER = 28
    PUSH_ENDPOINT = 29
    PUSH_KEY = 30
    REMINDER_LINK = 31
    PHONE = 34
    RETURNED_RECORD = 32
    CARE_COPY = 35


_SCOPE: Final = 1
_STRATUM: Final = 2
_GENERATION: Final = 4
_OBJECT: Final = 8
_VERSION: Final = 16
_KEY_OF_SCOPE: Final = _SCOPE | _STRATUM | _GENERATION

# What must be given beside the owner; whatever is not named here must not be given.
_FIELDS: Final[dict[Label, int]] = {
    Label.RECORD_BODY: _KEY_OF_SCOPE | _OBJECT | _VERSION,  # object: record
    Label.RECORD_KEY: _KEY_OF_SCOPE | _OBJECT | _VERSION,  # object: record
    Label.ROOT_KEY: 0,
    Label.CONTENT_KEY: 0,
    Label.ROOT_SEED: 0,
    Label.SEALING_SEED: 0,
    Label.PRIVATE_STATE: _VERSION,
    Label.SLOT_INNER: _OBJECT,  # object: slot
    Label.SLOT_OUTER: _OBJECT | _VERSION,  # object: slot, version: of the site key
    Label.SESSION_CONTENT: _OBJECT,  # object: session
    Label.SESSION_SIGNER: _OBJECT,  # object: session
    Label.SESSION_LABEL: _OBJECT,  # object: session
    Label.SCOPE_KEY: _KEY_OF_SCOPE,
    Label.SCOPE_NAME: _SCOPE,
    Label.GRANT_SEALED: _OBJECT,  # object: grant
    Label.GRANT_KEPT: _OBJECT,  # object: grant
    Label.GRANT_SCOPE_KEY: _KEY_OF_SCOPE | _OBJECT,  # object: grant
    Label.GRANT_RECORD_KEY: _SCOPE | _OBJECT | _VERSION,  # scope: the grant's id, object: record
    Label.GRANT_STATEMENT: _OBJECT | _VERSION,  # object: grant, version: seq
    Label.GRANT_NAMES: _OBJECT | _VERSION,  # object: grant
    Label.ACCESS_EVENT: _OBJECT | _VERSION,  # object: grant, version: its number in the log
    Label.RECEIPT: _OBJECT | _VERSION,  # object: receipt, version: its number in the chain
    Label.INVITATION: _OBJECT,  # object: invitation
    Label.CONTACT: _VERSION,  # version: of the site key
    Label.LATE_POST: _OBJECT,  # object: session
    Label.GRANT_PINNED: _OBJECT,  # object: grant
    Label.PHONE: _OBJECT,  # object: phone
    Label.RETURNED_RECORD: _SCOPE | _OBJECT,  # scope: the grant's id, object: the former record
    Label.CARE_COPY: _OBJECT,  # object: copy
    Label.BROWSER_MARK: 0,  # in a cookie, opened before anything else of it is known
    Label.REMINDER: _VERSION,  # version: of the site key
    Label.PUSH_ENDPOINT: _OBJECT | _VERSION,  # object: endpoint, version: of the site key
    Label.PUSH_KEY: _VERSION,  # nobody's; version: of the site key
    Label.REMINDER_LINK: _VERSION,  # nobody's, in an e-mail; version: of the site key
}

AAD_BYTES: Final = 66
_MAGIC: Final = b"AG1\0"
_UNSET: Final = bytes(16)
_NOTHING: Final = UUID(bytes=_UNSET)
_LARGEST: Final = 0xFFFF_FFFF
_pack: Final = struct.Struct(">4sBB16s16sII16sI").pack
_PLACE: Final = struct.Struct(">16sI")


class Context(NamedTuple):
    """What an envelope is bound to; ids are 16 bytes. Only `context()` checks the table."""

    label: Label
    owner: bytes
    scope: bytes
    stratum: int
    generation: int
    object: bytes
    version: int

    def aad(self, alg: int) -> bytes:
        """The 66 bytes of associated data for this context and algorithm."""
        return _pack(
            _MAGIC,
            self[0],
            alg,
            self[1],
            self[2],
            self[3],
            self[4],
            self[5],
            self[6],
        )


def context(
    label: Label,
    *,
    owner: UUID,
    scope: UUID | None = None,
    stratum: int | None = None,
    generation: int | None = None,
    object: UUID | None = None,  # noqa: A002 - the field's name in the format
    version: int | None = None,
) -> Context:
    """The context of one envelope; numbers are 0 to 2^32-1.

    Raises BadFormat unless exactly the fields of the label's row in the table are given.
    """
    given = (
        (_SCOPE if scope is not None else 0)
        | (_STRATUM if stratum is not None else 0)
        | (_GENERATION if generation is not None else 0)
        | (_OBJECT if object is not None else 0)
        | (_VERSION if version is not None else 0)
    )
    if _FIELDS.get(label) != given:
        raise BadFormat(f"wrong fields for a context of label {label!r}")
    made = Context(
        label,
        owner.bytes,
        _UNSET if scope is None else scope.bytes,
        stratum or 0,
        generation or 0,
        _UNSET if object is None else object.bytes,
        version or 0,
    )
    if not (0 <= made[3] <= _LARGEST and 0 <= made[4] <= _LARGEST and 0 <= made[6] <= _LARGEST):
        raise BadFormat("a number of a context must fit 32 bits")
    return made


def make_stem(
    label: Label, alg: int, *, owner: UUID, scope: UUID, stratum: int, generation: int
) -> bytes:
    """The first 46 bytes of associated data, which many envelopes share; `make_place` has the rest.

    Raises BadFormat unless the label's row in the table has all five fields.
    """
    whole = context(
        label,
        owner=owner,
        scope=scope,
        stratum=stratum,
        generation=generation,
        object=_NOTHING,
        version=0,
    )
    return whole.aad(alg)[: -_PLACE.size]


def make_place(object_id: bytes, version: int) -> bytes:
    """The last 20 bytes: the object's 16 and its version; BadFormat when either does not fit."""
    if len(object_id) != len(_UNSET) or not 0 <= version <= _LARGEST:
        raise BadFormat("an object's id has 16 bytes and its version 32 bits")
    return _PLACE.pack(object_id, version)
