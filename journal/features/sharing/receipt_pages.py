"""What the pages of a consent receipt show, and the copies that are taken away."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import consent, former, receipts
from journal.core.errors import Damaged, NotGenuine
from journal.core.keyring import Keyring
from journal.features.sharing import fhir_consent


def one_receipt(db: Session, keyring: Keyring, receipt_id: UUID, now: datetime) -> dict[str, Any]:
    """Return what one receipt says, with its times as datetimes and the therapist's name."""
    document = receipts.document(db, keyring, receipt_id)
    receipt = receipts.read(document)
    return {
        "receipt": receipt,
        "genuine": _is_hers(db, keyring, document),
        "reader_name": _reader_name(db, keyring, receipt.grant, now),
        "at": _moment(receipt.at),
        "not_after": None if receipt.not_after is None else _moment(receipt.not_after),
        "scopes": [(one.name, one.since, _moment(one.added_at)) for one in receipt.scopes],
    }


def fhir(db: Session, keyring: Keyring, receipt_id: UUID) -> dict[str, Any]:
    """Return one receipt as a FHIR R4 Consent; as codes and ids, like the receipt itself."""
    document = receipts.document(db, keyring, receipt_id)
    return fhir_consent.consent(receipts.read(document), document)


def _is_hers(db: Session, keyring: Keyring, document: bytes) -> str:
    """Whether the signatures hold, and rest on this very person's key: of today, or a former one.

    Returns "today", "former", or "".
    """
    try:
        root_public = receipts.verify(document).root_public
    except NotGenuine:
        return ""
    if root_public == keyring.identity.root_public:
        return "today"
    return "former" if root_public in former.roots(db, keyring) else ""


def _reader_name(db: Session, keyring: Keyring, grant_id: UUID, now: datetime) -> str:
    """The therapist's name; "" for a consent from before a new start, whose names are closed."""
    try:
        return consent.one_grant(db, keyring, grant_id, now=now).reader_name
    except Damaged:
        if former.start(db, keyring) is None:
            raise
        return ""


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
