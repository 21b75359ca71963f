"""Consent receipts: listed, in words, and as copies to keep."""

import json
from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from journal import clock
from journal.core import receipts
from journal.db import session
from journal.features.sharing import queries, receipt_pages
from journal.features.sharing.routes import bp
from journal.web.audience import audience
from journal.web.login import keyring as current_keyring


@bp.get("/receipts")
@audience("patient")
def receipt_list() -> ResponseReturnValue:
    """Show every receipt, the newest first."""
    facts = queries.all_receipts(session(), current_keyring(), clock.now())
    return render_template("sharing/receipts.html", **facts)


@bp.get("/receipts/<uuid:receipt_id>")
@audience("patient")
def receipt(receipt_id: UUID) -> ResponseReturnValue:
    """Show one receipt in words."""
    facts = receipt_pages.one_receipt(session(), current_keyring(), receipt_id, clock.now())
    return render_template("sharing/receipt.html", **facts)


@bp.get("/receipts/<uuid:receipt_id>.json")
@audience("patient")
def receipt_document(receipt_id: UUID) -> ResponseReturnValue:
    """Hand out one receipt as `verify-receipt` takes it, to the byte."""
    document = receipts.document(session(), current_keyring(), receipt_id)
    return _file(document, "application/json", f"receipt-{receipt_id}.json")


@bp.get("/receipts/<uuid:receipt_id>/fhir.json")
@audience("patient")
def receipt_fhir(receipt_id: UUID) -> ResponseReturnValue:
    """Hand out one receipt as a FHIR R4 Consent, for another clinic's records."""
    found = receipt_pages.fhir(session(), current_keyring(), receipt_id)
    document = json.dumps(found, indent=2).encode() + b"\n"
    return _file(document, "application/fhir+json", f"consent-{receipt_id}.fhir.json")


def _file(content: bytes, content_type: str, name: str) -> Response:
    found = Response(content)
    found.content_type = content_type
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return found
