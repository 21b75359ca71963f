"""A filled-in questionnaire: which one it was for ever, what was answered, and its score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from journal.features.measures import scoring
from journal.features.measures.questionnaire import Questionnaire, asked_of
from journal.features.measures.rules import RULES, VERSION, Rule

KIND = "measure"
SCOPE = "measures"
DRAFT_SCOPE = "private"
PARTIAL = "measures/_record.html"
COURSES = "measures/_courses.html"


@dataclass(frozen=True, slots=True)
class Measure:
    """Answers by link id, and what was made of them when they were finished.

    questionnaire: the hash of the exact wording; rules: the version of the scoring rules;
    missing: the numbers of the items without an answer, for which there is no total; marked: what
    the item counted that help hangs on, where the instrument has one.
    """

    instrument: str
    questionnaire: str
    version: str
    answers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    rules: int = VERSION
    total: Decimal | None = None
    band: int | None = None
    missing: tuple[int, ...] = ()
    marked: int | None = None

    @property
    def rule(self) -> Rule | None:
        """Return its scoring rule, if this version of the journal still knows it."""
        return RULES.get(self.instrument)

    def dump(self) -> dict[str, Any]:
        """Return it as a record's content; codes only, so that all measures are of one size."""
        return {
            "state": "done" if self.done else "draft",
            "instrument": self.instrument,
            "questionnaire": self.questionnaire,
            "version": self.version,
            "answers": dict(self.answers),
            "rules": self.rules,
            "total": None if self.total is None else str(self.total),
            "band": self.band,
            "missing": list(self.missing),
            "marked": self.marked,
        }

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Measure":
        """Read a record's content."""
        total = content.get("total")
        return cls(
            content.get("instrument", ""),
            content.get("questionnaire", ""),
            content.get("version", ""),
            dict(content.get("answers", {})),
            content.get("state") == "done",
            content.get("rules", 0),
            None if total is None else Decimal(total),
            content.get("band"),
            tuple(content.get("missing", ())),
            content.get("marked"),
        )


def put_aside(asked: Questionnaire, answers: Mapping[str, str]) -> Measure:
    """Make a measure that is not finished: every answer is kept, and nothing is scored."""
    return Measure(asked.instrument, asked.hash, asked.version, _in_order(asked, answers))


def finish(asked: Questionnaire, answers: Mapping[str, str]) -> Measure:
    """Make a finished measure with its score; answers to what was not asked are left out."""
    shown = asked_of(asked.items, answers)
    kept = {link_id: code for link_id, code in answers.items() if link_id in shown}
    rule = RULES[asked.instrument]
    found = scoring.score(rule, asked.scores(kept))
    scored = found if isinstance(found, scoring.Scored) else None
    return Measure(
        asked.instrument,
        asked.hash,
        asked.version,
        _in_order(asked, kept),
        done=True,
        total=scored.total if scored else None,
        band=scored.band if scored else None,
        missing=found.missing if isinstance(found, scoring.Incomplete) else (),
        marked=_marked(asked, kept),
    )


def needs_help(asked: Questionnaire, answers: Mapping[str, str]) -> bool:
    """Tell whether an answer asks for help at once: the marked item above 0."""
    return (_marked(asked, answers) or 0) > 0


def _marked(asked: Questionnaire, answers: Mapping[str, str]) -> int | None:
    rule = RULES[asked.instrument]
    return None if rule.marked is None else asked.scores(answers)[rule.marked[0] - 1]


def _in_order(asked: Questionnaire, answers: Mapping[str, str]) -> dict[str, str]:
    ids = [question.link_id for question in asked.questions]
    return {link_id: answers[link_id] for link_id in ids if link_id in answers}
