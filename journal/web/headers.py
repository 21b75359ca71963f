"""The headers on every answer: what a browser may load, keep and tell others."""

from flask import Flask, Response

from journal.web.parts import parts

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'; worker-src 'self'; "
    # The one policy gives the address of the service worker and nothing else.
    "require-trusted-types-for 'script'; trusted-types worker"
)
PERMISSIONS_OFF = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
EVERYWHERE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        ["microphone=(self)", *(f"{name}=()" for name in PERMISSIONS_OFF)]
    ),
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = 2 * 365 * 24 * 60 * 60


def register(app: Flask) -> None:
    """Set the headers on every answer, errors included."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    response.headers.update(EVERYWHERE)
    if parts().settings.secure:
        response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    # Only what says so itself (the static files) may be kept: a page can hold a person's words.
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
        # Said everywhere, so that it does not tell apart who was signed in.
        response.vary.add("Cookie")
    return response
