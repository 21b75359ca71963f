"""The numbers of a measure that a rule agreed in advance can be about: its total, its items."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core.opened import Opened
from journal.features.measures import shelf
from journal.features.measures.measure import KIND, SCOPE, Measure
from journal.features.measures.questionnaire import Questionnaire
from journal.features.measures.rules import RULES
from journal.web.safety_rules import Offer, Source

SHOWN = 48  # letters of a question


def offers(db: Session) -> Iterator[Offer]:
    """Yield the total and each scored question of every questionnaire that is asked here."""
    for asked in shelf.offered(db):
        rule = RULES[asked.instrument]
        low, high = rule.edges
        yield Offer(rule.id, str(_("%(name)s: total", name=rule.name)), int(low), int(high))
        for number, text in enumerate(_texts(asked), 1):
            label = _(
                "%(name)s, question %(number)s: %(text)s", name=rule.name, number=number, text=text
            )
            yield Offer(f"{rule.id}:{number}", str(label), rule.low, rule.high)


def values(db: Session, opened: Opened) -> Mapping[str, Decimal]:
    """Return what was answered so far, and the total of a finished one."""
    measure = Measure.load(opened.content)
    asked = shelf.by_hash(db, measure.questionnaire)
    found = {} if measure.total is None else {measure.instrument: measure.total}
    for number, score in enumerate(asked.scores(measure.answers) if asked else (), 1):
        if score is not None:
            found[f"{measure.instrument}:{number}"] = Decimal(score)
    return found


def _texts(asked: Questionnaire) -> list[str]:
    by_id = {question.link_id: question.text for question in asked.questions}
    texts = [by_id[link_id] for link_id in asked.scored]
    return [text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…" for text in texts]


SOURCE = Source(KIND, SCOPE, offers, values)
