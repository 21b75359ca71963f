"""Pages that open without a signal and for nobody in particular, the manifest, the worker."""

from typing import cast

from flask import Blueprint, Response, current_app, jsonify, url_for
from flask_babel import gettext as _

from journal.features.pwa import worker
from journal.features.pwa.forms import PhoneCheckIn, PhoneEntry
from journal.web.audience import audience
from journal.web.errors import page

bp = Blueprint("pwa", __name__)

PAPER, INK = "#fcf7f0", "#3b3560"
ICONS = (
    ("icons/app-192.png", "192x192", "any"),
    ("icons/app-512.png", "512x512", "any"),
    ("icons/app-maskable-512.png", "512x512", "maskable"),
)
# Asked for again each time, so that a device never runs behind for long.
ASK_AGAIN = "no-cache"


@bp.get("/write")
@audience("public")
def write() -> Response:
    """Show the page that seals an entry on an enrolled phone; it is the same for everybody."""
    return _shell("pwa/write.html", form=PhoneEntry())


@bp.get("/write/check-in")
@audience("public")
def check_in() -> Response:
    """Show the page that seals a check-in."""
    return _shell("pwa/check_in.html", form=PhoneCheckIn())


@bp.get("/offline")
@audience("public")
def offline() -> Response:
    """Show what stands in for any page while there is no signal."""
    return _shell("pwa/offline.html")


@bp.get("/sw.js")
@audience("public")
def service_worker() -> Response:
    """Serve the worker under the path whose pages it may answer for."""
    views = {"/write": write, "/write/check-in": check_in, "/offline": offline}
    pages = {path: view().get_data() for path, view in views.items()}
    for endpoint in ("safety.help_now", "safety.kept_plan"):
        view = current_app.view_functions[endpoint]
        pages[url_for(endpoint)] = cast(Response, view()).get_data()
    text = worker.script(current_app.extensions["journal.assets"], pages)
    answer = Response(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = ASK_AGAIN
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@bp.get("/manifest.webmanifest")
@audience("public")
def manifest() -> Response:
    """Describe the app to a home screen, in words that tell nobody what it is for."""
    assets = current_app.extensions["journal.assets"]
    answer = jsonify(
        id="/",
        name="Afterglow",
        short_name="Afterglow",
        start_url="/",
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=INK,
        icons=[
            {"src": assets[name].path, "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
        shortcuts=[
            {"name": _("Check in"), "url": url_for("pwa.check_in")},
            {"name": _("New entry"), "url": url_for("pwa.write")},
            {"name": _("Help now"), "url": url_for("safety.help_now")},
        ],
    )
    answer.content_type = "application/manifest+json"
    answer.headers["Cache-Control"] = ASK_AGAIN
    return answer


@bp.get("/apple-touch-icon.png")
@audience("public")
def apple_touch_icon() -> Response:
    """Serve the icon where an iPhone looks for it, so that no page has to name it."""
    asset = current_app.extensions["journal.assets"]["icons/apple-touch-icon.png"]
    answer = Response(asset.encodings["identity"], content_type=asset.content_type)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


def _shell(template: str, **facts: object) -> Response:
    answer = page(200, template, **facts)
    answer.headers["Cache-Control"] = ASK_AGAIN
    return answer
