"""A rule agreed in advance: what is looked at, when it applies, and what is to happen then."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

KIND = "safety-rule"  # the patient's copy of what a therapist proposes
OWN_KIND = "safety-rule-record"  # the therapist's own record of it
ANSWER = "agreed-rule"  # the patient's answer, her own record
FLAG = "safety-flag"  # what a therapist is told
COPIED_TO = "care"
ANSWERED_IN = "safety-plan"
TOLD_FROM = "private"
ANSWER_PARTIAL, FLAG_PARTIAL, COPY_PARTIAL = (
    f"safety/_{name}.html" for name in ("answer", "flag", "rule_copy")
)

LONGEST_NAME, LONGEST_LABEL, LONGEST_THEN = 80, 160, 300
MOST_DAYS = 7
MOST_ACTIVE = 12  # of one patient
LARGEST = Decimal(1000)
AT = re.compile(r"[0-9]{1,4}([.][0-9]{1,4})?")


class Status(StrEnum):
    """What has become of a proposal."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """Which way is worse."""

    ABOVE = "above"
    BELOW = "below"


class How(StrEnum):
    """What a number is held against: a level, or how it was at first or usually is."""

    LEVEL = "level"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as both of them read it.

    name: what they call it; key, label: the number it looks at; at: the level, or the change;
    days: on so many of the last seven days, 1 for at once; then: what they agreed to do.
    """

    name: str
    key: str
    label: str
    side: Side
    how: How
    at: Decimal
    days: int = 1
    then: str = ""
    status: Status = Status.PROPOSED

    def dump(self) -> dict[str, Any]:
        """Return what a report says of it: whole numbers and short texts."""
        return asdict(self) | {
            "at": f"{self.at.normalize():f}",
            **{name: getattr(self, name).value for name in ("side", "how", "status")},
        }

    @classmethod
    def read(cls, says: Mapping[str, Any]) -> "Rule":
        """Read what a report says; ValueError for what is no rule. Somebody else wrote it."""
        texts = {
            name: _text(says, name, most)
            for name, most in (
                ("name", LONGEST_NAME),
                ("key", LONGEST_LABEL),
                ("label", LONGEST_LABEL),
                ("then", LONGEST_THEN),
            )
        }
        days, side, how = says.get("days"), Side(str(says.get("side"))), How(str(says.get("how")))
        if type(days) is not int or not 1 <= days <= MOST_DAYS:
            raise ValueError("a rule about no days")
        if not texts["name"] or not texts["key"]:
            raise ValueError("a rule about nothing")
        status = Status(str(says.get("status")))
        return cls(**texts, side=side, how=how, at=_number(says), days=days, status=status)

    @property
    def hash(self) -> str:
        """Return its name for an answer: whoever agrees agrees to these very words."""
        text = json.dumps(self.dump(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def is_beyond(self, value: Decimal) -> bool:
        """Tell whether a number is at its level or worse."""
        return value >= self.at if self.side is Side.ABOVE else value <= self.at

    def is_worse(self, before: Decimal, value: Decimal) -> bool:
        """Tell whether a number is worse than another by as much as the rule names."""
        change = value - before if self.side is Side.ABOVE else before - value
        return change >= self.at


class Reply(StrEnum):
    """What a patient says to a proposal."""

    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Answer:
    """A patient's answer: to which letter, about which very rule, and whether she wants it told.

    since: when she said so, in epoch seconds; what was written before does not count.
    """

    letter: UUID
    grant: UUID
    rule: Rule
    reply: Reply
    tell: bool
    since: int

    @property
    def holds(self) -> bool:
        """Tell whether it is in force."""
        return self.reply is Reply.AGREED

    def dump(self) -> dict[str, Any]:
        """Return it as a record's content."""
        return {
            "letter": str(self.letter),
            "grant": str(self.grant),
            "rule": self.rule.dump(),
            "hash": self.rule.hash,
            "reply": self.reply.value,
            "tell": self.tell,
            "since": self.since,
        }

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Answer":
        """Read a record's content."""
        return cls(
            UUID(content["letter"]),
            UUID(content["grant"]),
            Rule.read(content["rule"]),
            Reply(content["reply"]),
            content["tell"],
            content["since"],
        )


def _text(says: Mapping[str, Any], name: str, most: int) -> str:
    text = says.get(name)
    if not isinstance(text, str) or len(text) > most or any(ord(one) < ord(" ") for one in text):
        raise ValueError("a rule with words that no page could show")
    return text


def _number(says: Mapping[str, Any]) -> Decimal:
    text = says.get("at")
    # Digits as `dump` writes them: "1e-9" would be kept as what no reader takes any more.
    if not isinstance(text, str) or not AT.fullmatch(text) or Decimal(text) > LARGEST:
        raise ValueError("a rule about a number that nothing has")
    return Decimal(text)
