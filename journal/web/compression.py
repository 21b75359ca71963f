"""Public pages that hold nothing of anybody are compressed; no other page is."""

from flask import Flask, Response, current_app, request

from journal.web import login
from journal.web.assets import best_coding, coded
from journal.web.audience import audience_of

SMALLEST = 500  # bytes; below it a page still fits the first packet


def register(app: Flask) -> None:
    """Compress the answers that give an eavesdropper nothing to measure."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if _may_be_compressed(response):
        encodings = coded(response.get_data(), quality=5, level=6)
        coding = best_coding(encodings)
        response.vary.add("Accept-Encoding")
        if coding != "identity":
            response.set_data(encodings[coding])
            response.headers["Content-Encoding"] = coding
    return response


def _may_be_compressed(response: Response) -> bool:
    """Tell whether the page is the same for all who ask.

    The length of a compressed page tells whether what it repeats from its address is also in its
    secrets (the BREACH attack), so nothing with a query, an input or a session qualifies.
    """
    return (
        request.method == "GET"
        and response.status_code == 200
        and response.mimetype == "text/html"
        and not request.query_string
        and not request.view_args
        and login.session_cookie() is None
        and request.endpoint is not None
        and audience_of(current_app, request.endpoint) == "public"
        and len(response.get_data()) >= SMALLEST
    )
