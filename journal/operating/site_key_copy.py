"""The operator proves that a copy of the site key exists; until then every command reminds."""

from datetime import datetime
from pathlib import Path

from journal import instance
from journal.config import Settings
from journal.core.site import SiteKey
from journal.crypto.errors import CryptoError
from journal.operating import remembered
from journal.operating.refusals import Refused

FACT = "site_key_copy"
REMINDER = (
    "No copy of the site key is confirmed; without one a lost disk loses every word:"
    " see confirm-site-key-copy in docs/operations.md"
)


def reminder(settings: Settings, site: SiteKey) -> str | None:
    """Return the line to print as long as no copy of this very key was confirmed."""
    confirmed = remembered.fact(settings.instance_path, FACT)
    if confirmed is not None and confirmed.get("fingerprint") == site.fingerprint:
        return None
    return REMINDER


def confirm(settings: Settings, copy: str, *, now: datetime) -> None:
    """Compare a copy's path, or its numbers and checksums, with the key; raises Refused."""
    try:
        site = instance.read_site_key(settings)
    except (OSError, CryptoError) as error:
        raise Refused(f"The site key can't be read: {error}.") from error
    if Path(copy).exists():
        refuse_original(settings, Path(copy))
        if not _holds(Path(copy), site):
            raise Refused(f"{copy} does not hold the site key of this instance.")
    elif _checksums(copy) != site.checksums:
        raise Refused("That is neither a file that is there nor the copy's checksums.")
    note(settings, site, now=now)


def note(settings: Settings, site: SiteKey, *, now: datetime) -> None:
    """Remember that there is a copy of this very key; raises OSError."""
    what = {"fingerprint": site.fingerprint, "at": now.isoformat()}
    remembered.remember(settings.instance_path, FACT, what)


def refuse_original(settings: Settings, copy: Path) -> None:
    """Raise Refused for the file itself, and for one that is lost together with it."""
    if copy.samefile(settings.site_key_file):
        raise Refused(f"{copy} is the site key itself, not a copy of it.")
    if settings.instance_path.resolve() in copy.resolve().parents:
        raise Refused(f"{copy} lies in the instance folder and would be lost together with it.")


def _holds(copy: Path, site: SiteKey) -> bool:
    try:
        found = SiteKey.parse(copy.read_text(encoding="ascii"))
        # Older versions open older backups, and whether one is prepared is not the copy's matter.
        return found.versions.items() >= site.versions.items()
    except (OSError, UnicodeDecodeError, CryptoError):
        return False


def _checksums(typed: str) -> dict[int, str] | None:
    """Read `1 9f86d081`, several with commas between."""
    parts = [part.split() for part in typed.casefold().split(",")]
    if any(len(part) != 2 or not part[0].isdecimal() for part in parts):
        return None
    return {int(number): checksum for number, checksum in parts}
