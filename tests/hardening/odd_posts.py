"""What somebody, or something, may send in the place of a filled-in form."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote_from_bytes

if TYPE_CHECKING:
    from tests.visitors import Form

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b0undary"
OTHER_TYPES = (
    "",
    "text/plain",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary="\xe9"',
    f"{URLENCODED}; charset=utf-16",
    f"{URLENCODED}; charset=no-such-thing",
    "application/octet-stream",
    "/",
    "a" * 5000,
)
MEGABYTE = "a wisp of reed \u05e9\u05dc\u05d5\u05dd\n" * 43_700
TEXTS = (
    "",
    " ",
    "  \t \u3000 \u200b ",
    "seven loud geese",
    "0",
    "7",
    "-1",
    "11",
    "7,5",
    "1e3",
    "9" * 400,
    "0" * 4000 + "7",
    "-0",
    "NaN",
    "inf",
    "1e999",
    "0x1f",
    "1_000",
    "\u0661\u0662\u0663",
    "\uff17",
    "true",
    "null",
    "[]",
    '{"a": [1, null]}',
    "a\x00b\x01c\x08d\x1be\x7ff\x85g\x9fh",
    "\x00",
    "\x00" * 200,
    "\r",
    "\n\n leading line breaks",
    "one\r\ntwo\rthree\nfour",
    "\u2028\u2029\x0b\x0c\x1c\x1d\x1e",
    "\r\n\r\r\n\n" * 300,
    "\U0001f469\U0001f3fd\u200d\U0001f33e \U0001fae7 \U0001f1e6\U0001f1f9 \U0001f3f4\U000e0067",
    "z" + "\u0335\u0321" * 300,
    "\u202e\u05e9\u05dc\u05d5\u05dd \u2066\u0633\u0644\u0627\u0645\u2069 abc",
    "\u2067\u2067\u2068\u202a\u202b\u202d never closed",
    "\ufe0f\u200d\u200b\u2060\ufeff\u00ad",
    "\ufffe\uffff\U0010ffff\U0001fffe\ufdd0",
    unicodedata.normalize("NFC", "\u017bubr\u00f3wka \u1e9b\u0323 \uac00"),
    unicodedata.normalize("NFD", "\u017bubr\u00f3wka \u1e9b\u0323 \uac00"),
    "\u0130\u0131\u00df\u1e9e\ufb03\u01c5",
    "9999-12-31T23:59",
    "9999-12-31",
    "0000-00-00T00:00",
    "0000-01-01",
    "0001-01-01T00:00",
    "1900-01-01T00:00",
    "2200-12-31T23:59",
    "2026-02-30T25:61",
    "2026-11-22T24:00",
    "2026-11-22 09:00:00.999999+26:00",
    "2026-W47-7",
    "20261122",
    "12026-11-22T09:00",
    "\u0662\u0660\u0662\u0666-11-22T09:00",
    "00000000-0000-4000-8000-000000000000",
    "{00000000-0000-4000-8000-000000000000}",
    "urn:uuid:00000000-0000-4000-8000-000000000000",
    "00000000-0000-0000-0000-000000000000",
    "ffffffffffffffffffffffffffffffff",
    "%(name)s %s %n {0} {x.__class__} ${y} {{ 7 * 7 }} {% raw %}",
    "../../etc/passwd\x00.html",
    "//evil.example/\\..",
    "https://evil.example/",
    "javascript:alert(1)",
    "'; DROP TABLE records; --",
    '" onfocus="alert(1)" autofocus x="',
    "</textarea></form><script>alert(1)</script><form>",
    "<!--",
    "]]>&amp;&#0;&#xD800;&lt;",
    ",,, ,a,,b,",
    ",".join(f"tag{number}" for number in range(60)),
    ", ".join("t" * 60 for _ in range(3)),
    "#" * 100,
    "ana@example.org",
    "a@b@c",
    "@",
    "private",
    "journal",
    "everything",
    "now",
    "check-ins",
    "care",
    "[" * 3000,
    "*" * 3000,
    "> " * 1500,
    "`" * 999,
    "- " * 999 + "x",
    "[a](" * 500,
    "|a" * 2000,
    "![" * 1000,
    "a" * 256,
    "wisp " * 4000,
    "x" * 70_000,
)
# What can't be text: it reaches the app as percent signs and bytes.
BYTES = (
    b"\xed\xa0\x80 a lone surrogate",
    b"\xed\xa0\xbd\xed\xb8\x80 a pair of them",
    b"\xff\xfe\xff",
    b"\xc0\x80 overlong",
    b"\xf5\x80\x80\x80 beyond the last",
    b"cut off \xe2\x82",
    b"latin \xe9t\xe9",
    bytes(range(256)),
    "words".encode("utf-16"),
)


class Sent(NamedTuple):
    """A body, what kind it says it is, and the texts that a reader of it finds, by field."""

    body: bytes
    content_type: str
    texts: dict[str, list[str]]


@dataclass(frozen=True)
class Odd:
    """One way to fill in a form."""

    name: str
    fill: Callable[[random.Random, Form, str], Sent]
    weight: int
    keeps: bool = True  # whether what was typed is legible to a form at all
    late: bool = False  # sent after the session ended


@dataclass
class Pairs:
    """Fields in order, as bytes."""

    pairs: list[tuple[str, bytes]] = field(default_factory=list)

    def sent(self, *, multipart: bool = False) -> Sent:
        """Return them as a browser would send them."""
        texts: dict[str, list[str]] = {}
        # Flask's readers differ in what they make of bytes that are no text.
        errors = "replace" if multipart else "werkzeug.url_quote"
        for name, value in self.pairs:
            texts.setdefault(name, []).append(value.decode("utf-8", errors))
        if not multipart:
            body = "&".join(
                f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}"
                for name, value in self.pairs
            )
            return Sent(body.encode(), URLENCODED, texts)
        parts = [part(f'name="{name}"', value) for name, value in self.pairs]
        return Sent(b"".join(parts) + b"--b0undary--\r\n", MULTIPART, texts)


def part(disposition: str, value: bytes) -> bytes:
    """Return one part of a multipart body."""
    head = f"--b0undary\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + value + b"\r\n"


def untouched(form: Form, token: str) -> dict[str, bytes]:
    """Return each field as the page held it, with a name for each that holds none."""
    kept = dict.fromkeys(sorted(form.names), b"")
    kept |= {name: value.encode() for name, value in form.fields}
    return kept | ({"csrf_token": token.encode()} if form.method == "post" else {})


def some_value(chance: random.Random) -> bytes:
    """Return one odd text, or bytes that are none."""
    if chance.random() < 0.1:
        return chance.choice(BYTES)
    if chance.random() < 0.1:
        return "".join(chr(some_letter(chance)) for _ in range(chance.randrange(1, 60))).encode()
    return chance.choice(TEXTS).encode()


def some_letter(chance: random.Random) -> int:
    """Return any code point that UTF-8 can carry."""
    at = chance.choice((0x20, 0x100, 0x3000, 0x11000, 0x110000))
    letter = chance.randrange(at)
    return letter if not 0xD800 <= letter < 0xE000 else 0xFFFD


def typed(form: Form) -> list[str]:
    """Return the fields that may be filled in, in a fixed order."""
    return sorted(form.names - {"csrf_token"}) or ["nothing"]


def one_field(chance: random.Random, form: Form, token: str) -> Sent:
    """Fill one field oddly and leave the others."""
    changed = untouched(form, token) | {chance.choice(typed(form)): some_value(chance)}
    return Pairs(list(changed.items())).sent(multipart=chance.random() < 0.2)


def every_field(chance: random.Random, form: Form, token: str) -> Sent:
    """Fill every field with an odd value of its own."""
    changed = untouched(form, token) | {name: some_value(chance) for name in typed(form)}
    return Pairs(list(changed.items())).sent(multipart=chance.random() < 0.2)


def megabyte(chance: random.Random, form: Form, token: str) -> Sent:
    """Write a megabyte into one field."""
    changed = untouched(form, token) | {chance.choice(typed(form)): MEGABYTE.encode()}
    return Pairs(list(changed.items())).sent(multipart=chance.random() < 0.5)


def missing(chance: random.Random, form: Form, token: str) -> Sent:
    """Leave fields out, and fill some of the others oddly."""
    left = {
        name: some_value(chance) if chance.random() < 0.3 else value
        for name, value in untouched(form, token).items()
        if name == "csrf_token" or chance.random() < 0.6
    }
    if "csrf_token" in left:
        left["csrf_token"] = token.encode()
    return Pairs(list(left.items())).sent()


def doubled(chance: random.Random, form: Form, token: str) -> Sent:
    """Send fields more than once, in any order, with brackets, too."""
    pairs = list(untouched(form, token).items())
    for name in chance.choices(typed(form), k=3):
        pairs += [(name, some_value(chance)), (f"{name}[]", b"x"), (f"{name}.x", b"1")]
    token_first = [pair for pair in pairs if pair[0] == "csrf_token"]
    others = [pair for pair in pairs if pair[0] != "csrf_token"]
    chance.shuffle(others)
    return Pairs(token_first + others).sent()


def file_part(chance: random.Random, form: Form, token: str) -> Sent:
    """Send a file in the place of a field."""
    pairs, wrong = untouched(form, token), chance.choice(typed(form))
    plain = Pairs([pair for pair in pairs.items() if pair[0] != wrong]).sent(multipart=True)
    name = chance.choice(('"x.txt"', '""', '"../\xe9"', '"a\\"b"', "x*=utf-8''%ff"))
    extra = part(f'name="{wrong}"; filename={name}', some_value(chance))
    extra += part("x", b"of no name") if chance.random() < 0.2 else b""
    return Sent(extra + plain.body, MULTIPART, plain.texts)


def wrong_type(chance: random.Random, form: Form, token: str) -> Sent:
    """Say that the body is something else than it is."""
    sent = one_field(chance, form, token)
    return sent._replace(content_type=chance.choice(OTHER_TYPES))


def broken_body(chance: random.Random, form: Form, token: str) -> Sent:
    """Cut a body off, or spill something into it."""
    sent = every_field(chance, form, token)
    at = chance.randrange(len(sent.body) + 1)
    spill = chance.choice(
        (b"", b"\xff", b"%", b"&&&===", b"--b0undary\r\n", b"\x00", b";", b"%u00")
    )
    return sent._replace(body=sent.body[:at] + spill + sent.body[at + chance.randrange(200) :])


def many_fields(chance: random.Random, form: Form, token: str) -> Sent:
    """Add hundreds of fields that nobody asked for."""
    pairs = list(untouched(form, token).items())
    pairs += [(f"field{number}", b"x") for number in range(chance.choice((50, 990, 1500)))]
    return Pairs(pairs).sent(multipart=chance.random() < 0.3)


def no_token(chance: random.Random, form: Form, token: str) -> Sent:
    """Send a form without its token, or with another one."""
    wrong = chance.choice(("", "x", token[:-2], token + "x", "\x00", "IjAi.aaaa.bbbb"))
    return one_field(chance, form, wrong)


ODD = (
    Odd("one field", one_field, 40),
    Odd("every field", every_field, 20),
    Odd("a megabyte", megabyte, 2),
    Odd("missing fields", missing, 10),
    Odd("doubled fields", doubled, 10),
    Odd("a file", file_part, 6),
    Odd("another type", wrong_type, 4, keeps=False),
    Odd("a broken body", broken_body, 4, keeps=False),
    Odd("many fields", many_fields, 1),
    Odd("no token", no_token, 3, keeps=False),
    Odd("too late", every_field, 2, late=True),
)
