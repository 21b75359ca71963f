"""The Flask application class: its own cookie, its own limits, a log without words."""

from datetime import datetime
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix

from journal import clock
from journal.core.site import SiteKey
from journal.web import logging
from journal.web.lean import Lean
from journal.web.parts import Parts
from journal.web.signed import Signed

DAYS = 24 * 60 * 60
MEGABYTE = 1024 * 1024


class BrowserCookie(SecureCookieSessionInterface):
    """Flask's own cookie: it holds the CSRF secret of one browser and nothing of a person."""

    def __init__(self) -> None:
        self._made: tuple[tuple[str, ...], Signed | None] = ((), None)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read it under any version of the site key, and let the current one sign it anew."""
        others = sign_with(app)[:-1]
        found = super().open_session(app, request)
        if found and others and not self._signed_by_current(app, request):
            # Else it would be lost, with every open form, once the older version is gone.
            found.modified = True
        return found

    def get_signing_serializer(self, app: Flask) -> Signed | None:
        """Return what signs and reads it, made once for as long as the keys stay the same."""
        # The last of them signs.
        keys = (*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.config["SECRET_KEY"])
        known, made = self._made
        if known != keys or made is None:
            way = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
            made = Signed(keys, salt=self.salt, serializer=self.serializer, signer_kwargs=way)
            self._made = keys, made
        return made

    def _signed_by_current(self, app: Flask, request: Request) -> bool:
        serializer = super().get_signing_serializer(app)
        if serializer is None:
            return False
        serializer.secret_keys = serializer.secret_keys[-1:]
        signed, _ = serializer.loads_unsafe(request.cookies.get(self.get_cookie_name(app), ""))
        return bool(signed)

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:  # noqa: ARG002
        """Let it outlive every session: a form left open overnight must still be accepted."""
        return clock.now() + app.permanent_session_lifetime


class Application(Flask):
    """Flask, except that a failure is logged without its message and without the address."""

    session_interface = BrowserCookie()

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log where it failed; a message could quote what a person wrote."""
        if exc_info[1] is not None:
            logging.failure(exc_info[1])


def make_application(name: str, parts: Parts) -> Application:
    """Build the bare application; the toolkit and the features register on it."""
    app = Application(name, static_folder=None, template_folder="../templates")
    if app.debug and not parts.settings.testing:
        raise RuntimeError("Debug mode would show people's words and keys: it is refused.")
    app.extensions["journal"] = parts
    app.config.from_mapping(_config(parts))
    app.jinja_env.add_extension(Lean)
    sign_with(app)
    hops = parts.settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


def cookie_name(parts: Parts, name: str) -> str:
    """Return the name with the prefix that stops another host or plain http from setting it."""
    return f"__Host-{name}" if parts.settings.secure else name


def sign_with(app: Flask) -> list[str]:
    """Let Flask sign with the site key as it is now, and return its keys, the current one last.

    Cookies and form tokens of other versions stay good for as long as the file has those.
    """
    site: SiteKey = app.extensions["journal"].site_key
    others = [number for number in site.versions if number != site.current]
    keys = [site.derive("flask", number).hex() for number in (*others, site.current)]
    # The wide before the narrow: another thread may read between two of these lines.
    app.config["WTF_CSRF_SECRET_KEY"] = keys
    app.config["SECRET_KEY_FALLBACKS"] = keys[:-1]
    app.config["SECRET_KEY"] = keys[-1]
    return keys


def _config(parts: Parts) -> dict[str, Any]:
    return {
        "TESTING": parts.settings.testing,
        "SERVER_NAME": urlsplit(parts.settings.base_url).netloc,
        "PREFERRED_URL_SCHEME": urlsplit(parts.settings.base_url).scheme,
        "SESSION_COOKIE_NAME": cookie_name(parts, "browser"),
        "SESSION_COOKIE_SECURE": parts.settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": 400 * DAYS,
        "MAX_CONTENT_LENGTH": 8 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 8 * MEGABYTE,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_HEADERS": ["X-CSRFToken"],
        # Our own Origin check replaces the Referer check, which breaks for who hides referrers.
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": "UTC",
    }
