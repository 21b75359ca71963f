"""What the pages of a consent receipt show, and the copies that are taken away."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journal.core import consent, receipts
from journal.core.errors import NotGenuine
from journal.core.keyring import Keyring
from journal.features.sharing import fhir_consent


def one_receipt(db: Session, keyring: Keyring, receipt_id: UUID, now: datetime) -> dict[str, Any]:
    """Return what one receipt says, with its times as datetimes and the therapist's name."""
    document = receipts.document(db, keyring, receipt_id)
    receipt = receipts.read(document)
    grant = consent.one_grant(db, keyring, receipt.grant, now=now)
    return {
        "receipt": receipt,
        "genuine": _is_hers(keyring, document),
        "reader_name": grant.reader_name,
        "at": _moment(receipt.at),
        "not_after": None if receipt.not_after is None else _moment(receipt.not_after),
        "scopes": [(one.name, one.since, _moment(one.added_at)) for one in receipt.scopes],
    }


def fhir(db: Session, keyring: Keyring, receipt_id: UUID) -> dict[str, Any]:
    """Return one receipt as a FHIR R4 Consent; as codes and ids, like the receipt itself."""
    document = receipts.document(db, keyring, receipt_id)
    return fhir_consent.consent(receipts.read(document), document)


def _is_hers(keyring: Keyring, document: bytes) -> bool:
    """Whether the signatures hold, and rest on this very person's key."""
    try:
        return receipts.verify(document).root_public == keyring.identity.root_public
    except NotGenuine:
        return False


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
