"""Finding words in words: without case, accents or invisible letters; the hit in context."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

MOST_WORDS = 10
LONGEST_WORD = 100
WINDOW = 1000
STEP = WINDOW - LONGEST_WORD
BEFORE_HIT = 70
LONGEST_ENDING = 40
_ESCAPED_IN_JSON = frozenset({'"', "\\", *map(chr, range(0x20))})


class Piece(NamedTuple):
    """Some of a text; `hit` where it is what was looked for."""

    text: str
    hit: bool


class _Marks(dict[int, int | None]):
    """For str.translate: leaves out accents, joiners and the like, learnt letter by letter."""

    def __missing__(self, code: int) -> int | None:
        letter = chr(code)
        dropped = (
            unicodedata.combining(letter)
            or unicodedata.category(letter) == "Cf"
            or 0xFE00 <= code <= 0xFE0F
        )
        self[code] = None if dropped else code
        return self[code]


_marks = _Marks()


def fold(text: str) -> str:
    """Return the text as it is compared: NFKC's equivalence, no case, no accents.

    Each letter folds by itself, whatever stands beside it, so that a hit can be traced back.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).translate(_marks).casefold()
    return unicodedata.normalize("NFKD", folded).translate(_marks)


def split(query: str) -> tuple[str, ...]:
    """Return the folded words of a query, each once, in order."""
    found = (fold(word)[:LONGEST_WORD] for word in query.split())
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def contains(text: str, words: Sequence[str]) -> bool:
    """Tell whether every folded word is in the text."""
    folded = fold(text)
    return all(word in folded for word in words)


def sieve(words: Sequence[str]) -> Callable[[bytes], bool] | None:
    r"""Return what tells of a record, before it is parsed, whether it may hold all these words.

    It never turns away one that does. A record is JSON in UTF-8 whose letters stand there as they
    were typed, but for quote, backslash and control characters; a word with one of those can't be
    looked for like this, and with no other word there is nothing to tell by: None.
    """
    plain = [word for word in words if not _ESCAPED_IN_JSON.intersection(word)]
    if not plain:
        return None
    # The longest is the rarest, so that the others are seldom looked for at all.
    first, *others = sorted(plain, key=len, reverse=True)
    only_ascii = all(word.isascii() for word in plain)
    in_bytes = first.encode() if only_ascii else b""

    def may_hold(record: bytes) -> bool:
        if record.isascii():
            found = only_ascii and in_bytes in record.lower()
            return found and (not others or contains(record.decode(), others))
        return contains(record.decode("utf-8", "surrogatepass"), plain)

    return may_hold


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """Return the whole text in pieces, the hits told apart."""
    pieces, at = [], 0
    for start, end in _spans(text, words):
        pieces += [Piece(text[at:start], hit=False), Piece(text[start:end], hit=True)]
        at = end
    pieces.append(Piece(text[at:], hit=False))
    return [piece for piece in pieces if piece.text]


def excerpt(text: str, words: Sequence[str], length: int) -> list[Piece]:
    """Return about `length` letters of a longer text: around the first hit, else its beginning."""
    window_at = _best_window(text, words)
    first = next(iter(_spans(text[window_at : window_at + WINDOW], words)), (0, 0))[0]
    hit_at = window_at + first
    start = _word_start(text, hit_at - BEFORE_HIT, hit_at) if hit_at > BEFORE_HIT else 0
    end = _word_end(text, start + length)
    pieces = marked(text[start:end].strip(), words)
    before = [Piece("… ", hit=False)] if start else []
    after = [Piece(" …", hit=False)] if end < len(text) else []
    return [*before, *pieces, *after]


def _best_window(text: str, words: Sequence[str]) -> int:
    """Where to look closely: the first stretch that holds the most of the words."""
    if not words:
        return 0
    best, most = 0, 0
    for start in range(0, max(1, len(text)), STEP):
        folded = fold(text[start : start + WINDOW])
        here = sum(word in folded for word in words)
        if here > most:
            best, most = start, here
    return best


def _spans(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where the hits are, in order and never overlapping."""
    if not words:
        return
    folded, origin = _folded_with_origin(text)
    found = sorted(
        (origin[at], origin[at + len(word) - 1] + 1)
        for word in words
        for at in _occurrences(folded, word)
    )
    done = 0
    for start, end in found:
        reach = _over_marks(text, end)
        if start >= done:
            yield start, reach
            done = reach


def _folded_with_origin(text: str) -> tuple[str, list[int]]:
    folded: list[str] = []
    origin: list[int] = []
    for at, letter in enumerate(text):
        for part in _fold_letter(letter):
            folded.append(part)
            origin.append(at)
    return "".join(folded), origin


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    return fold(letter)


def _occurrences(folded: str, word: str) -> Iterator[int]:
    at = folded.find(word)
    while at >= 0:
        yield at
        at = folded.find(word, at + len(word))


def _over_marks(text: str, end: int) -> int:
    """Take in the accents that follow, so that a mark never parts a letter from them."""
    while end < len(text) and not _fold_letter(text[end]):
        end += 1
    return end


def _word_start(text: str, at: int, hit_at: int) -> int:
    spaces = [text.find(space, at, hit_at) for space in " \n"]
    return min((space + 1 for space in spaces if space >= 0), default=at)


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = max(text.rfind(space, at - LONGEST_ENDING, at) for space in " \n")
    return space if space > 0 else at
