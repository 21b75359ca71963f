"""A questionnaire as it is asked: its questions, the answers to choose from, what they count."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

Answers = Mapping[str, str]  # link id -> the chosen option's code


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `code` is its own within the question, `score` what it counts.

    kind: the FHIR type of its value, "coding", "integer" or "string".
    """

    code: str
    label: str
    score: int | None = None
    kind: str = "coding"
    system: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """When something is asked: `operator` as FHIR has it; `answer` is a code, or "true"/"false"."""

    question: str
    operator: str
    answer: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Under which conditions: all of them, or with `any_of` one of them; none is always."""

    conditions: tuple[Condition, ...] = ()
    any_of: bool = False


ALWAYS = Asked()


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `code` is its LOINC code where the file gives one."""

    link_id: str
    text: str
    options: tuple[Option, ...]
    required: bool = False
    code: str = ""
    asked: Asked = ALWAYS

    def option(self, code: str) -> Option | None:
        """Return the option of that code."""
        return next((one for one in self.options if one.code == code), None)

    @property
    def is_scale(self) -> bool:
        """Tell whether the answers are bare numbers, shown in a row."""
        return all(one.label == one.code and one.code.isdigit() for one in self.options)


@dataclass(frozen=True, slots=True)
class Note:
    """Words between the questions."""

    link_id: str
    text: str
    asked: Asked = ALWAYS


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under a common heading, which may be empty."""

    link_id: str
    text: str
    items: tuple["Item", ...]
    asked: Asked = ALWAYS


Item = Question | Note | Group


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of a questionnaire; `scored` names the questions that count, in order.

    instrument: the scoring rule's id; url: what its publisher calls it, perhaps empty.
    """

    instrument: str
    title: str
    version: str
    language: str
    url: str
    items: tuple[Item, ...]
    scored: tuple[str, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return every question in the order of the page."""
        return tuple(one for one in walk(self.items) if isinstance(one, Question))

    @property
    def hash(self) -> str:
        """Return its name for ever: SHA-256 of all that is asked, chosen from and counted."""
        return hashlib.sha256(self.dumps().encode()).hexdigest()

    def scores(self, answers: Answers) -> list[int | None]:
        """Return what each scored question counts, None where it has no answer."""
        by_id = {question.link_id: question for question in self.questions}
        chosen = [by_id[link_id].option(answers.get(link_id, "")) for link_id in self.scored]
        return [None if option is None else option.score for option in chosen]

    def dumps(self) -> str:
        """Return it as JSON, the same letters for the same questionnaire."""
        plain = asdict(self) | {"items": [_dump(item) for item in self.items]}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> "Questionnaire":
        """Read what dumps wrote."""
        plain = json.loads(text)
        items = tuple(_load(item) for item in plain["items"])
        return cls(**plain | {"items": items, "scored": tuple(plain["scored"])})


def walk(items: tuple[Item, ...]) -> Iterator[Item]:
    """Yield every item, a group before what is in it."""
    for item in items:
        yield item
        if isinstance(item, Group):
            yield from walk(item.items)


def asked_of(items: tuple[Item, ...], answers: Answers) -> set[str]:
    """Return the link ids of what is to be asked, given these answers.

    The answer to a question that is not asked counts as none, here as everywhere.
    """
    return _asked(items, answers, set())


def _asked(items: tuple[Item, ...], answers: Answers, found: set[str]) -> set[str]:
    for item in items:
        if _is_met(item.asked, answers, found):
            found.add(item.link_id)
            if isinstance(item, Group):
                _asked(item.items, answers, found)
    return found


def _is_met(asked: Asked, answers: Answers, found: set[str]) -> bool:
    met = [
        _holds(one, answers.get(one.question) if one.question in found else None)
        for one in asked.conditions
    ]
    return not met or (any(met) if asked.any_of else all(met))


def _holds(condition: Condition, given: str | None) -> bool:
    wanted = condition.answer
    if condition.operator == "exists":
        return (given is not None) == (wanted == "true")
    if given is None:
        return False
    if condition.operator in ("=", "!="):
        return (given == wanted) == (condition.operator == "=")
    left, right = int(given), int(wanted)
    return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[
        condition.operator
    ]


def _dump(item: Item) -> dict[str, Any]:
    plain = asdict(item) | {"type": type(item).__name__}
    if isinstance(item, Group):
        plain["items"] = [_dump(one) for one in item.items]
    return plain


def _load(plain: Mapping[str, Any]) -> Item:
    asked = Asked(
        tuple(Condition(**one) for one in plain["asked"]["conditions"]), plain["asked"]["any_of"]
    )
    link_id, text = plain["link_id"], plain["text"]
    if plain["type"] == "Group":
        return Group(link_id, text, tuple(_load(one) for one in plain["items"]), asked)
    if plain["type"] == "Note":
        return Note(link_id, text, asked)
    options = tuple(Option(**one) for one in plain["options"])
    return Question(link_id, text, options, plain["required"], plain["code"], asked)
