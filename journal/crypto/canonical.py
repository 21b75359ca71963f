"""JSON in the one form that can be signed (RFC 8785), without floating point."""

import json
from typing import Any, Final, NoReturn

from journal.crypto.errors import BadFormat

LARGEST_INTEGER: Final = 2**53 - 1
_PLAIN: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dumps(value: object) -> bytes:
    """Canonical UTF-8 JSON of dict, list, str, int, bool and None; anything else raises BadFormat.

    Integers beyond 2^53-1 are refused: other languages read them as another number.
    """
    try:
        return _write(value).encode()
    except UnicodeEncodeError:
        raise BadFormat("a lone surrogate can't be signed") from None
    except RecursionError:
        raise BadFormat("nested too deeply") from None


def loads(document: bytes) -> Any:
    """The value of a canonical document; BadFormat if it isn't canonical to the byte.

    Strictness closes the gap between what was signed and what is read: doubled keys,
    other spellings of a number, spaces.
    """
    try:
        value = json.loads(
            document.decode(), parse_int=_integer, parse_float=_refuse, parse_constant=_refuse
        )
        # What was parsed holds no other types, and between ASCII keys both orders are the same:
        # the standard library writes it the same way, and faster.
        again = _PLAIN.encode(value).encode() if document.isascii() else dumps(value)
    except (ValueError, RecursionError):
        raise BadFormat("not canonical JSON") from None
    if again != document:
        raise BadFormat("not canonical JSON")
    return value


def _integer(text: str) -> int:
    value = int(text)
    return value if abs(value) <= LARGEST_INTEGER else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _write(value: object) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        return _write_integer(value)
    if type(value) is str:
        # Python escapes what RFC 8785 escapes, and nothing else when told so.
        return json.dumps(value, ensure_ascii=False)
    if type(value) is list:
        return "[" + ",".join(_write(item) for item in value) + "]"
    if type(value) is dict:
        return _write_object(value)
    raise BadFormat(f"{type(value).__name__} has no canonical form")


def _write_integer(value: int) -> str:
    if abs(value) > LARGEST_INTEGER:
        raise BadFormat("an integer beyond 2^53-1 has no canonical form")
    return str(value)


def _write_object(value: dict[object, object]) -> str:
    names = [name for name in value if type(name) is str]
    if len(names) != len(value):
        raise BadFormat("a key must be a string")
    # UTF-16 order, as in JavaScript: it differs from Python's beyond the basic plane.
    names.sort(key=lambda name: name.encode("utf-16-be"))
    members = (f"{_write(name)}:{_write(value[name])}" for name in names)
    return "{" + ",".join(members) + "}"
