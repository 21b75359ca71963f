"""Make static/vendor/ from the locked npm packages, and check every file's SHA-256."""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "tools" / "vendor.json"
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
SPRITE = "icons.svg"
STROKES = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


class Manifest(TypedDict):
    """What vendor.json holds: where each file comes from, the icons, and the hashes.

    bundles: a file of ours that imports packages (entry), and the global name that holds them.
    """

    files: dict[str, str]
    bundles: dict[str, dict[str, str]]
    icons: list[str]
    sha256: dict[str, str]


def main() -> int:
    """Copy and check; with --check only check; with --pin write the hashes anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="check what is there, copy nothing")
    parser.add_argument("--pin", action="store_true", help="write the hashes into the manifest")
    options = parser.parse_args()
    manifest: Manifest = json.loads(MANIFEST.read_text())
    if not options.check:
        make(manifest)
    if options.pin:
        pin(manifest)
    wrong = [name for name in contents(manifest) if digest(name) != manifest["sha256"].get(name)]
    for name in wrong:
        print(f"static/vendor/{name} is not the file that tools/vendor.json names", file=sys.stderr)
    return 1 if wrong else 0


def make(manifest: Manifest) -> None:
    """Write every file of the manifest into static/vendor/."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in manifest["files"].items():
        (VENDOR / name).write_bytes((PACKAGES / source).read_bytes())
    for name, made in manifest["bundles"].items():
        bundle(ROOT / made["entry"], VENDOR / name, made["name"])
    (VENDOR / SPRITE).write_text(sprite(manifest["icons"]))


def bundle(entry: Path, to: Path, name: str) -> None:
    """Join an entry with the packages it imports; raises CalledProcessError when that fails.

    The same versions give the same bytes on every machine, so that a hash can hold them.
    """
    subprocess.run(
        [
            PACKAGES / ".bin" / "esbuild",
            entry,
            *("--bundle", "--minify", "--format=iife", "--target=es2022"),
            *(f"--global-name={name}", f"--outfile={to}"),
            *("--legal-comments=none", "--log-level=warning"),
        ],
        check=True,
        cwd=ROOT,
    )


def sprite(names: list[str]) -> str:
    """Return one SVG with a <symbol> for each Lucide icon, its id the icon's name."""
    # The licence asks for its notice wherever the icons go.
    # XML allows no two hyphens in a comment.
    notice = re.sub("-(?=-)", "- ", (PACKAGES / "lucide-static" / "LICENSE").read_text())
    symbols = "\n".join(symbol(name) for name in sorted(names))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n<!--\n{notice}-->\n{symbols}\n</svg>\n'


def symbol(name: str) -> str:
    """Return one icon as a <symbol>; raises ValueError on a file that is not one drawing."""
    drawing = (PACKAGES / "lucide-static" / "icons" / f"{name}.svg").read_text()
    inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if inner is None:
        raise ValueError(f"{name}.svg holds no drawing")
    return f'<symbol id="{name}" {STROKES}>{" ".join(inner.group(1).split())}</symbol>'


def contents(manifest: Manifest) -> list[str]:
    """Return the names of the files that static/vendor/ must hold."""
    return [*manifest["files"], *manifest["bundles"], SPRITE]


def digest(name: str) -> str:
    """Return a vendor file's SHA-256 in hex, or "" for a missing one."""
    path = VENDOR / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def pin(manifest: Manifest) -> None:
    """Record the hashes of what is there now: a person then reads the diff."""
    manifest["sha256"] = {name: digest(name) for name in contents(manifest)}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
