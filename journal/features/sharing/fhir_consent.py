"""A consent receipt as a FHIR R4 Consent: its meaning in HL7's codes, and the receipt inside.

Everything is denied but what nested provisions permit: a consent without scopes then permits
nothing, where a permission without a list would permit all.
"""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any, Final

from journal.core.receipt_members import ScopeTold, Told

Resource = dict[str, Any]
# Our own codes; the urn is this format's own name, for nobody else can resolve it.
SCOPES: Final = "urn:uuid:f0a42c8d-a7b0-5385-af1c-3e9997b0809f"
UUIDS: Final = "urn:ietf:rfc:3986"
TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"


def consent(told: Told, document: bytes) -> Resource:
    """Return the resource, JSON values only; document: the receipt as `verify-receipt` takes it."""
    # FHIR R4 asks for SHA-1 here; what proves the receipt is the signature inside it.
    digest = hashlib.sha1(document, usedforsecurity=False).digest()
    found: Resource = {
        "resourceType": "Consent",
        "id": str(told.id),
        "identifier": [_identifier(told.grant), _identifier(told.id)],
        "status": "inactive" if told.over else "active",
        "scope": _coded("consentscope", "patient-privacy"),
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": _somebody("Patient", told.patient),
        "dateTime": _moment(told.at),
        "performer": [_somebody("Patient", told.patient)],
        "sourceAttachment": {
            "contentType": "application/json",
            "data": base64.b64encode(document).decode(),
            "hash": base64.b64encode(digest).decode(),
        },
        "policyRule": _coded("v3-ActCode", "OPTIN"),
        "provision": {"type": "deny"},
    }
    if told.scopes and not told.over:
        found["provision"]["provision"] = [_permit(told, scope) for scope in told.scopes]
    return found


def _permit(told: Told, scope: ScopeTold) -> Resource:
    period = {"start": _moment(scope.added_at)}
    if told.not_after is not None:
        period["end"] = _moment(told.not_after)
    found: Resource = {
        "type": "permit",
        "period": period,
        "actor": [
            {
                "role": _coded("v3-ParticipationType", "IRCP"),
                "reference": _somebody("Practitioner", told.reader),
            }
        ],
        "action": [_coded("consentaction", "access")],
        "purpose": [{"system": f"{TERMINOLOGY}/v3-ActReason", "code": "TREAT"}],
        "code": [{"coding": [{"system": SCOPES, "code": scope.name}]}],
    }
    if scope.since == "now":
        found["dataPeriod"] = {"start": _moment(scope.added_at)}
    return found


def _somebody(kind: str, account: object) -> Resource:
    return {"type": kind, "identifier": _identifier(account)}


def _identifier(value: object) -> Resource:
    return {"system": UUIDS, "value": f"urn:uuid:{value}"}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{TERMINOLOGY}/{system}", "code": code}]}


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
