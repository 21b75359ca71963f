"""Where a phone leaves what it sealed. No cookie is read here: its own secret says whose it is."""

from flask import Blueprint, Response, jsonify, request

from journal.core import inbox, phones
from journal.core.errors import Full, Taken
from journal.db import session
from journal.features.sync.sent import LARGEST_POST, Sent, TooLarge
from journal.web.audience import audience

bp = Blueprint("items", __name__)

SCHEME = "Phone "
# Asked once in a while by a phone that could not leave something: nothing to hurry for.
FULL_SECONDS = 60 * 60


@bp.post("/sync/items")
@audience("public")
def receive() -> Response:
    """Keep one item sealed: 201 when it is new, 200 when it is here already."""
    request.max_content_length = LARGEST_POST
    db = session()
    sender = phones.sender(db, _secret())
    if sender is None:
        return _answer(401, "unknown phone")
    try:
        sent = Sent.loads(request.get_data())
        new = inbox.receive(db, sender, sent.item_id, sent.sealed, sent.mark)
    except TooLarge:
        return _answer(413, "too large")
    except ValueError:
        return _answer(400, "no item")
    except Taken:
        return _answer(409, "other words under this id")
    except Full:
        return _answer(507, "full", retry_after=FULL_SECONDS)
    db.commit()
    return _answer(201 if new else 200, "kept")


def _secret() -> str:
    said = request.headers.get("Authorization", "")
    return said.removeprefix(SCHEME) if said.startswith(SCHEME) else ""


def _answer(status: int, state: str, retry_after: int = 0) -> Response:
    answer = jsonify(state=state)
    answer.status_code = status
    if retry_after:
        answer.headers["Retry-After"] = str(retry_after)
    return answer
