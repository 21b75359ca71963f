"""Tells a machine that asks whether this application can serve people."""

import structlog
from flask import Blueprint, Response, jsonify

from journal import db
from journal.core import health
from journal.web.audience import audience
from journal.web.parts import parts

bp = Blueprint("web", __name__)


@bp.get("/healthz")
@audience("public")
def healthz() -> tuple[Response, int]:
    """Answer 200 when the database and the site key can be used, else 503."""
    failure = health.failure(db.session(), parts().site_key)
    if failure is None:
        return jsonify(status="ok"), 200
    structlog.get_logger().error("unhealthy", kind=failure)
    return jsonify(status="unusable"), 503
