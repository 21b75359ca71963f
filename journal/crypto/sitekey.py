"""The site key: an outer layer kept in a file, never in the database or its backups."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self

from journal.crypto.errors import BadFormat, WrongKey
from journal.crypto.primitives import KEY_BYTES, equal, exactly, hkdf, make_key, sha256

PURPOSES: Final = frozenset({"slot", "contact", "index", "session", "throttle", "flask", "late"})

_FIRST_LINE: Final = "AG1 site key"
_PREPARED: Final = "prepared"
_LARGEST_VERSION: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True, repr=False)
class SiteKey:
    """All versions of the site key, by number from 1; the highest in use is the current one.

    One that is only `prepared` opens and is looked for, and seals nothing yet: so every node can
    be given it before the first of them uses it.
    """

    versions: Mapping[int, bytes]
    prepared: int | None = None
    _derived: dict[tuple[str, int], bytes] = field(default_factory=dict, init=False, compare=False)

    def __post_init__(self) -> None:
        if not self.versions:
            raise BadFormat("a site key needs at least one version")
        for number, key in self.versions.items():
            if not 1 <= number <= _LARGEST_VERSION:
                raise BadFormat("a site key's version must be 1 or more")
            exactly(key, KEY_BYTES, "a site key")
        if self.prepared is not None and self.prepared != max(self.versions):
            raise BadFormat("only the newest version of a site key can be prepared")
        if self.prepared is not None and len(self.versions) == 1:
            raise BadFormat("no version of the site key is in use")
        object.__setattr__(self, "versions", MappingProxyType(dict(self.versions)))

    def __repr__(self) -> str:
        return f"SiteKey(versions {sorted(self.versions)}, hidden)"

    @classmethod
    def make(cls) -> Self:
        """A new site key with version 1."""
        return cls({1: make_key()})

    def rotate(self) -> Self:
        """The same with one more version, which becomes the current one."""
        return self.prepare().put_in_use()

    def prepare(self) -> Self:
        """The same with one more version that is not in use yet; itself if there is one."""
        if self.prepared is not None:
            return self
        new = self.current + 1
        return type(self)({**self.versions, new: make_key()}, new)

    def put_in_use(self) -> Self:
        """The same with the prepared version as the current one."""
        return type(self)(self.versions)

    def without_older(self) -> Self:
        """The same without every version that came before the current one."""
        kept = {number: key for number, key in self.versions.items() if number >= self.current}
        return type(self)(kept, self.prepared)

    @property
    def current(self) -> int:
        """The version that new outer layers use."""
        return max(number for number in self.versions if number != self.prepared)

    @property
    def older(self) -> tuple[int, ...]:
        """The versions that came before the current one."""
        return tuple(sorted(number for number in self.versions if number < self.current))

    @property
    def checksums(self) -> dict[int, str]:
        """What stands at the end of each version's line in the file: 8 hex digits."""
        return {number: _checksum(number, key).hex() for number, key in self.versions.items()}

    @property
    def fingerprint(self) -> str:
        """64 hex digits that tell this key from every other and give nothing of it away."""
        parts = (number.to_bytes(4, "big") + key for number, key in sorted(self.versions.items()))
        return sha256(b"AG1 site key fingerprint", *parts).hex()

    def derive(self, purpose: str, version: int | None = None) -> bytes:
        """32 bytes for one of PURPOSES; WrongKey for a version that this file doesn't hold."""
        if purpose not in PURPOSES:
            raise BadFormat("unknown purpose of the site key")
        number = self.current if version is None else version
        key = self.versions.get(number)
        if key is None:
            raise WrongKey("the site key file does not hold this version")
        # The site key is in memory for good, so what is derived from it may be, too.
        if (purpose, number) not in self._derived:
            self._derived[purpose, number] = hkdf(key, info=b"AG1 site " + purpose.encode("ascii"))
        return self._derived[purpose, number]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads the file's text: a first line, then `version key checksum`, both in hex.

        A line may end in the word `prepared`.
        """
        lines = [line.strip() for line in text.splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        if not lines or lines[0] != _FIRST_LINE:
            raise BadFormat("not a site key file")
        prepared = [line for line in lines[1:] if line.endswith(f" {_PREPARED}")]
        if len(prepared) > 1:
            raise BadFormat("two versions of the site key are prepared")
        rows = [_parse_line(line.removesuffix(f" {_PREPARED}")) for line in lines[1:]]
        if len(dict(rows)) != len(rows):
            raise BadFormat("a version stands twice in the site key file")
        return cls(dict(rows), int(prepared[0].split()[0]) if prepared else None)

    def render(self) -> str:
        """The file's text, ending in a newline. Secret."""
        rows = (
            f"{number} {key.hex()} {_checksum(number, key).hex()}"
            f"{f' {_PREPARED}' if number == self.prepared else ''}\n"
            for number, key in sorted(self.versions.items())
        )
        return f"{_FIRST_LINE}\n" + "".join(rows)


def _parse_line(line: str) -> tuple[int, bytes]:
    try:
        number_text, key_text, checksum_text = line.split()
        number, key, checksum = (
            int(number_text),
            bytes.fromhex(key_text),
            bytes.fromhex(checksum_text),
        )
    except ValueError:
        raise BadFormat("a line of the site key file can't be read") from None
    # A copy typed from paper must fail here, not as thousands of wrong passwords.
    if not 1 <= number <= _LARGEST_VERSION or not equal(checksum, _checksum(number, key)):
        raise BadFormat("a line of the site key file is damaged")
    return number, key


def _checksum(number: int, key: bytes) -> bytes:
    return sha256(b"AG1 site key checksum", number.to_bytes(4, "big"), key)[:4]
