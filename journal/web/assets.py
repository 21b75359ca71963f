"""Static files: joined at start, compressed once, served under the hash of their content."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import brotli
from flask import Blueprint, Flask, Response, abort, current_app, request

from journal.web.audience import audience

FOREVER: Final = "public, max-age=31536000, immutable"
# The first line of the first file names the layers, so it has to stay the first.
CSS_ORDER: Final = ("app", "tokens", "reset", "base", "components", "features", "utilities")
# What only a page with pictures needs; it comes with the drawing library.
PICTURES: Final = "pictures.css"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".webmanifest": "application/manifest+json",
}
# Of the hash in an address. Every page names a dozen addresses; forty bits tell versions apart.
DIGITS: Final = 10
ALREADY_SMALL: Final = frozenset({".png", ".ico"})

bp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served; `encodings` holds it by content coding, best first."""

    name: str
    digest: str
    content_type: str
    encodings: dict[str, bytes]

    @property
    def path(self) -> str:
        """Return its address, which changes with its content."""
        return f"/assets/{self.digest}/{self.name}"


def register(app: Flask) -> None:
    """Read every static file and let templates write `asset("app.css")`."""
    found = {made.name: made for made in _read(Path(app.root_path).parent / "static")}
    app.extensions["journal.assets"] = found
    app.jinja_env.globals["asset"] = _path_of(found)
    app.register_blueprint(bp)


@bp.get("/assets/<digest>/<path:name>")
@audience("public")
def show(digest: str, name: str) -> Response:
    """Serve one file in the best coding that the browser takes."""
    asset: Asset | None = current_app.extensions["journal.assets"].get(name)
    if asset is None or asset.digest != digest:
        abort(404)
    coding = best_coding(asset.encodings)
    response = Response(asset.encodings[coding], content_type=asset.content_type)
    response.headers["Cache-Control"] = FOREVER
    if coding != "identity":
        response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
    return response


@bp.get("/robots.txt")
@audience("public")
def robots() -> Response:
    """Tell search engines to stay out."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


def best_coding(encodings: dict[str, bytes]) -> str:
    """Return the first of these codings that the request accepts."""
    accepted = request.accept_encodings
    return next((coding for coding in encodings if accepted[coding] > 0), "identity")


@cache
def compressed(content: bytes) -> dict[str, bytes]:
    """Return a file by coding, the smallest first; each is made once in a process."""
    return coded(content, quality=11, level=9)


def coded(content: bytes, *, quality: int, level: int) -> dict[str, bytes]:
    """Return the content by coding: Brotli at a quality of 0-11, gzip at a level of 0-9."""
    return {
        "br": brotli.compress(content, quality=quality),
        "gzip": gzip.compress(content, compresslevel=level, mtime=0),
        "identity": content,
    }


def _path_of(found: dict[str, Asset]) -> Callable[[str], str]:
    def asset(name: str) -> str:
        # A file that is not there costs a picture; it must not cost the page.
        return found[name].path if name in found else f"/assets/missing/{name}"

    return asset


def _read(folder: Path) -> Iterator[Asset]:
    css, js = folder / "css", folder / "js"
    made = {
        "app.css": _css(css),
        "app.js": _js(js),
        # Only the pages for writing without signing in load these, and the worker its own.
        "write.js": _writing(js),
        # Only the page of the safety plan, and the page that shows it without a signal.
        "plan.js": [js / "plan.js"],
        # Only the page that says there is no connection.
        "waiting.js": [js / "waiting.js"],
        # Only the page on which a phone is allowed to write.
        "enrol.js": [js / "enrol.js"],
        # Only a page on which something was typed and not saved.
        "put_back.js": [js / "put_back.js"],
        "pictures.js": [js / "marks.js", js / "pictures.js"],
        "pictures.css": [css / PICTURES],
    }
    for name, files in made.items():
        yield _make(name, "".join(_texts(files)).encode())
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.suffix in TYPES and not name.startswith(("css/", "js/")):
            yield _make(name, file.read_bytes())


def _css(folder: Path) -> list[Path]:
    place = {name: number for number, name in enumerate(CSS_ORDER)}
    found = (file for file in folder.glob("*.css") if file.name != PICTURES)
    return sorted(found, key=lambda f: (place.get(f.stem, len(place)), f.name))


def _js(folder: Path) -> list[Path]:
    first = [folder / "app.js", folder / "store.js"]
    return [*first, *sorted((folder / "enhance").glob("*.js"))]


def _writing(folder: Path) -> list[Path]:
    return [folder / "sending.js", *sorted((folder / "offline").glob("*.js"))]


def _texts(files: list[Path]) -> Iterator[str]:
    for file in files:
        lines = file.read_text(encoding="utf-8").rstrip().splitlines()
        # Why a file does what it does is for those who read it: a quarter of a script's weight.
        yield "\n".join(line for line in lines if not _is_comment(file.suffix, line.strip())) + "\n"


def _is_comment(suffix: str, line: str) -> bool:
    """Tell whether a line is a comment alone; in CSS, one that ends where it began."""
    if suffix == ".js":
        return line.startswith("//")
    return line.startswith("/*") and line.find("*/") == len(line) - 2


def _make(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    return Asset(
        name,
        hashlib.sha256(content).hexdigest()[:DIGITS],
        TYPES[suffix],
        {"identity": content} if suffix in ALREADY_SMALL else compressed(content),
    )
