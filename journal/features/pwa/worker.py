"""The service worker's script, with the list of what it keeps in front."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from journal.web.assets import Asset

STATIC: Final = Path(__file__).parents[3] / "static"
SEALER: Final = "vendor/hpke.min.js"
SCRIPTS: Final = (
    *("js/store.js", "js/sending.js", "js/offline/sealing.js", "js/keeping.js"),
    *("js/notices.js", "sw.js"),
)
# What the pages that need no signal are made of: each stands under the hash of its content.
ASSETS: Final = (
    "app.css",
    "app.js",
    "write.js",
    "plan.js",
    "waiting.js",
    "icons/app.svg",
    SEALER,
    "vendor/icons.svg",
)


def script(assets: Mapping[str, Asset], pages: Mapping[str, bytes]) -> str:
    """Return the script; any change of a page or of a file makes it another one.

    pages: path to content. A browser asks for this script again and again, and one that differs
    by a byte keeps everything anew, all at once.
    """
    code = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS)
    kept = [*pages, *(assets[name].path for name in ASSETS if name in assets)]
    whole = b"\0".join([code.encode(), *(part.encode() for part in kept), *pages.values()])
    version = hashlib.sha256(whole).hexdigest()[:16]
    sealer = assets[SEALER].path if SEALER in assets else ""
    named = {"VERSION": version, "SEALER": sealer, "KEPT": kept}
    said = ", ".join(f"{name} = {json.dumps(value)}" for name, value in named.items())
    return f"const {said};\n{code}"
