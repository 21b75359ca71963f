"""A check-in: how it is right now, in four numbers and a few words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

KIND = "check-in"
SCOPE = "check-ins"
PARTIAL = "checkins/_record.html"

SCORES = ("mood", "anxiety", "energy", "connection")
SCALE = range(11)
LONGEST_SLEEP = 24  # hours
LONGEST_NOTE = 10_000  # characters
SUGGESTED_TAGS = 6


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One check-in; what was not touched is None. sleep_hours: hours, in quarters."""

    mood: int | None = None
    anxiety: int | None = None
    energy: int | None = None
    connection: int | None = None
    sleep_hours: Decimal | None = None
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def has_score(self) -> bool:
        """Tell whether at least one of the four was set, without which it says nothing."""
        return any(getattr(self, score) is not None for score in SCORES)

    def dump(self) -> dict[str, Any]:
        """Return it as a record's content; hours as text, since JSON's numbers are binary."""
        hours = self.sleep_hours
        return {
            **{score: getattr(self, score) for score in SCORES},
            "sleep_hours": None if hours is None else f"{hours.normalize():f}",
            "tags": list(self.tags),
            "note": self.note,
        }

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "CheckIn":
        """Read a record's content."""
        hours = content.get("sleep_hours")
        return cls(
            **{score: content.get(score) for score in SCORES},
            sleep_hours=None if hours is None else Decimal(hours),
            tags=tuple(content.get("tags", ())),
            note=content.get("note", ""),
        )


def is_sleep(hours: Decimal) -> bool:
    """Tell whether a number can be a night's hours: 0 to 24, in quarters."""
    return 0 <= hours <= LONGEST_SLEEP and hours * 4 % 1 == 0


def last_set(recent: Iterable[CheckIn]) -> dict[str, int]:
    """Return each of the four as it was last set in these check-ins, newest first."""
    found: dict[str, int] = {}
    for check_in in recent:
        for score in SCORES:
            value = getattr(check_in, score)
            if value is not None:
                found.setdefault(score, value)
    return found


def own_tags(recent: Iterable[CheckIn]) -> list[str]:
    """Return the tags used most in these check-ins, newest first; of equals the newest."""
    spelt: dict[str, str] = {}
    used: Counter[str] = Counter()
    for check_in in recent:
        for tag in check_in.tags:
            spelt.setdefault(tag.casefold(), tag)
            used[tag.casefold()] += 1
    return [spelt[tag] for tag, _ in used.most_common(SUGGESTED_TAGS)]
