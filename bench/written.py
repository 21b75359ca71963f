"""Made-up words, the same at every run: entries of 300 words and a year of check-ins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

SEED = 20
WORDS_EACH = 300
RARE = "heliotrope"
RARE_EVERY = 2500
TAGS = ("sleep", "family", "work", "garden", "dreams")
VOCABULARY = """
the and a to of in it was that I my with for on at but not so then when today morning evening
walk walked river house kitchen window light rain sister friend table bread tea quiet loud
tired calm heavy slow soft warm cold small open closed felt thought said heard saw wrote slept
woke dreamt remembered forgot waited listened breathed cried laughed again still almost
perhaps later before after under over between through garden work train letter music voice
"""
WORDS = tuple(VOCABULARY.split())


@dataclass(frozen=True, slots=True)
class Written:
    """One entry or check-in before anybody keeps it: its id, its moment, its content."""

    id: UUID
    at: datetime
    content: dict[str, Any]


def entries(count: int, *, until: datetime) -> list[Written]:
    """Return entries eight hours apart, the oldest first; every 2500th holds the rare word."""
    chance = Random(SEED)  # noqa: S311 - no secret
    return [
        Written(
            UUID(int=chance.getrandbits(128), version=4),
            until - timedelta(hours=8 * (count - number)),
            {
                "title": " ".join(chance.choices(WORDS, k=4)).capitalize(),
                "body": body(chance, rare=number % RARE_EVERY == RARE_EVERY // 2),
                "tags": chance.sample(TAGS, 2),
            },
        )
        for number in range(count)
    ]


def check_ins(days: int, *, until: datetime) -> list[Written]:
    """Return one check-in a day, the oldest first."""
    chance = Random(SEED)  # noqa: S311 - no secret
    return [
        Written(
            UUID(int=chance.getrandbits(128), version=4),
            until - timedelta(days=days - number),
            {
                **{name: chance.randrange(11) for name in ("mood", "anxiety", "energy")},
                "connection": chance.randrange(11),
                "sleep_hours": f"{chance.randrange(20, 40) / 4:g}",
                "tags": chance.sample(TAGS, 1),
                "note": " ".join(chance.choices(WORDS, k=20)),
            },
        )
        for number in range(days)
    ]


def body(chance: Random, *, rare: bool = False) -> str:
    """Return 300 words in sentences and paragraphs, in plain ASCII: the quickest to search."""
    words = chance.choices(WORDS, k=WORDS_EACH)
    if rare:
        words[chance.randrange(WORDS_EACH)] = RARE
    sentences = [
        " ".join(words[start : start + 12]).capitalize() + "." for start in range(0, WORDS_EACH, 12)
    ]
    return "\n\n".join(" ".join(sentences[start : start + 5]) for start in range(0, 25, 5))
