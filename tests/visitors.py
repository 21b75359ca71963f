"""People at the level of HTTP: they read pages, fill in the forms they find and post them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HOST = "127.0.0.1"
FORM_PAGE = "/recovery"  # public, and it always holds a form
Attributes = dict[str, str]


@dataclass
class Form:
    """One form of a page: where it goes, and what a browser would send if nothing were touched."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    kinds: dict[str, str] = field(default_factory=dict)  # by name: "textarea", or an input's type
    elsewhere: list[str] = field(default_factory=list)  # where its other buttons send it

    def filled(self, **typed: object) -> MultiDict[str, str]:
        """Return what a browser sends; a list is a field sent more than once."""
        kept = [(name, value) for name, value in self.fields if name not in typed]
        filled = MultiDict(kept)
        for name, value in typed.items():
            filled.setlist(name, [str(v) for v in (value if isinstance(value, list) else [value])])
        return filled


class Page(HTMLParser):
    """One page as a browser reads it: every tag with its attributes, the forms, the text."""

    def __init__(self, text: str, path: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.tags: list[tuple[str, Attributes]] = []
        self.forms: list[Form] = []
        self.text = ""
        self.ids: dict[str, str] = {}
        self._form: Form | None = None
        self._area: tuple[str, list[str]] | None = None
        self._id = ""
        self.feed(text)
        self.close()

    @property
    def links(self) -> list[str]:
        """Return where the links go, in order."""
        return [found["href"] for tag, found in self.tags if tag == "a" and "href" in found]

    @property
    def values(self) -> list[str]:
        """Return what stands in the fields of all forms."""
        return [value for form in self.forms for _, value in form.fields]

    def form(self, action: str) -> Form:
        """Return the first form that posts to this address."""
        return next(form for form in self.forms if form.action == action and form.method == "post")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, as HTMLParser asks."""
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        self._id = found.get("id", "")
        if tag == "form":
            action = found.get("action", "") or self.path
            self._form = Form(action, found.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and found.get("name"):
            self._note_field(tag, found)
        if self._form is not None and found.get("formaction"):
            self._form.elsewhere.append(found["formaction"])

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form or of a text area, as HTMLParser asks."""
        if tag == "form":
            self._form = None
        if tag == "textarea" and self._area is not None and self._form is not None:
            name, texts = self._area
            # A browser drops the first line break of a text area.
            self._form.fields.append(
                (name, "".join(texts).replace("\r\n", "\n").removeprefix("\n"))
            )
            self._area = None
        self._id = ""

    def handle_data(self, text: str) -> None:
        """Note text, as HTMLParser asks."""
        self.text += text
        if self._id:
            self.ids[self._id] = self.ids.get(self._id, "") + text
        if self._area is not None:
            self._area[1].append(text)

    def _note_field(self, tag: str, found: Attributes) -> None:
        assert self._form is not None
        self._form.names.add(found["name"])
        kind = found.get("type", "text") if tag == "input" else tag
        self._form.kinds.setdefault(found["name"], kind)
        unticked = found.get("type") in ("checkbox", "radio") and "checked" not in found
        if tag == "textarea":
            self._area = (found["name"], [])
        elif tag == "input" and not unticked:
            self._form.fields.append((found["name"], found.get("value", "")))


class Visitor:
    """One browser of one person, or of a stranger."""

    def __init__(self, app: Flask, cookies: Mapping[str, str] | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        for name, value in (cookies or {}).items():
            self.client.set_cookie(name, value, domain=HOST)
        self._token = ""

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies of this site that the browser holds."""
        found = {name: self.client.get_cookie(name, domain=HOST) for name in ("browser", "session")}
        return {name: cookie.value for name, cookie in found.items() if cookie is not None}

    @property
    def token(self) -> str:
        """Return the CSRF token of this browser."""
        if not self._token:
            form = self.page(FORM_PAGE).forms[0]
            self._token = dict(form.fields)["csrf_token"]
        return self._token

    def copy(self) -> Visitor:
        """Return a second browser with the same cookies: a thief's, or a twin's."""
        return Visitor(self.app, self.cookies)

    def get(self, path: str, **options: object) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, **options)  # type: ignore[arg-type]  # passed through

    def page(self, path: str) -> Page:
        """Return a page that answers 200, read."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return read(answer)

    def post(self, path: str, **typed: object) -> TestResponse:
        """Post fields with this browser's token; a list is a field sent more than once."""
        return self.client.post(
            path, data=Form(path, "post").filled(csrf_token=self.token, **typed)
        )

    def submit(self, path: str, action: str = "", **typed: object) -> TestResponse:
        """Open a page, fill in its form that posts to `action`, and send it."""
        form = self.page(path).form(action or urlsplit(path).path)
        return self.client.post(form.action, data=form.filled(**typed))

    def arrive(self, path: str, action: str = "", **typed: object) -> str:
        """Submit a form that succeeds; return the address it leads to."""
        answer = self.submit(path, action, **typed)
        told = " ".join(read(answer).text.split())
        assert answer.status_code == 303, f"{path}: {answer.status_code} {told}"
        return str(answer.location)

    def is_signed_in(self) -> bool:
        """Tell whether the session cookie still opens anything."""
        return self.get("/account").status_code == 200


def read(answer: TestResponse) -> Page:
    """Read an answer as a browser does."""
    return Page(answer.text, answer.request.path)
