"""Install what the tests need beside Python's packages, where that may be done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Debian's package for each program that the tests start.
PACKAGES = {"chromium": "chromium", "initdb": "postgresql"}
# And for `make smoke`, which says so by a word.
MORE = {
    "smoke": {
        "chromium": "chromium",
        "firefox-esr": "firefox-esr",
        "WebKitWebDriver": "webkit2gtk-driver",
        "Xvfb": "xvfb",
        # `xvfb-run` writes its screen's key with it.
        "xauth": "xauth",
    }
}


def main(what: str = "") -> int:
    """Install what is missing as root, else say what is; return the exit status."""
    wanted = MORE.get(what, PACKAGES)
    missing = [package for program, package in wanted.items() if not is_there(program)]
    if not missing:
        return 0
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"The tests need {' and '.join(missing)}: install them first.", file=sys.stderr)
        return 1
    print(f"Installing {' and '.join(missing)} for the tests", flush=True)
    apt_get("update")
    apt_get("install", "-y", "--no-install-recommends", *missing)
    return 0


def is_there(program: str) -> bool:
    """Tell whether a program can be found, also where Debian hides PostgreSQL's."""
    packaged = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    return shutil.which(program) is not None or any(packaged)


def apt_get(*arguments: str) -> None:
    """Run apt-get with nobody to answer its questions."""
    subprocess.run(
        ["apt-get", "-qq", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
