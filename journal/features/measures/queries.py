"""What the pages of measures show: one with its answers, and each instrument over time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from journal.core import records
from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.core.records import Opened
from journal.features.measures import actions, shelf, words
from journal.features.measures.measure import KIND, SCOPE, Measure, needs_help
from journal.features.measures.own_scales import OWN
from journal.features.measures.questionnaire import Questionnaire, asked_of
from journal.features.measures.rules import RULES
from journal.features.measures.scoring import against
from journal.web import baseline, readers

LATEST = 10  # rows of one instrument's table; the first one stands there always
A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with the words of its answer, None where it was left open."""

    text: str
    label: str | None
    score: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One measure in words; `answers` is empty when its wording is not to be had any more."""

    measure: Measure
    title: str
    own: bool
    total: str
    about: list[str]
    answers: list[Answer]
    needs_help: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an instrument's course; `change` is against the first.

    marked: that the item was above 0 which help hangs on, a number alone being no control.
    """

    record: Opened
    total: str
    change: str
    is_first: bool
    marked: str


@dataclass(frozen=True, slots=True)
class Course:
    """One instrument over time, newest first; `hidden` rows stand on a page of their own."""

    instrument: str
    title: str
    own: bool
    rows: list[Row]
    hidden: int
    better: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A measure that was put aside."""

    id: UUID
    instrument: str
    title: str
    answered: int
    questions: int


def shown(db: Session, record: Opened) -> Shown:
    """Return one measure as its page, its reader's and its preview show it."""
    measure = Measure.load(record.content)
    asked = shelf.by_hash(db, measure.questionnaire)
    rule = measure.rule
    return Shown(
        measure,
        asked.title if asked else (rule.name if rule else measure.instrument),
        rule is not None and rule.own,
        words.total_of(measure),
        words.about(measure),
        _answers(asked, measure) if asked else [],
        asked is not None and needs_help(asked, measure.answers),
    )


def finished(db: Session, keyring: Keyring) -> list[Opened]:
    """Return one's own finished measures, newest first, placeholders for what does not open."""
    return list(records.scan_as_owner(db, keyring, scopes_named=(SCOPE,), kind=KIND))


def courses(found: Iterable[Opened], latest: int = LATEST) -> list[Course]:
    """Return each instrument's course; `found` are records newest first, of any instrument."""
    by_instrument: dict[str, list[tuple[Opened, Measure]]] = {}
    for record in found:
        measure = Measure.load(record.content)
        if record.readable and measure.done and measure.instrument in RULES:
            by_instrument.setdefault(measure.instrument, []).append((record, measure))
    return [
        _course(instrument, by_instrument[instrument], latest)
        for instrument in RULES
        if instrument in by_instrument
    ]


def never_finished(db: Session, keyring: Keyring) -> list[baseline.Open]:
    """Return the measures on offer that have no first result yet.

    Our own two scales ask what treatment brought: before it they have nothing to compare.
    """
    there = {Measure.load(one.content).instrument for one in finished(db, keyring) if one.readable}
    return [
        baseline.Open(one.title, url_for("measures.new", instrument=one.instrument))
        for one in shelf.offered(db)
        if one.instrument not in OWN and one.instrument not in there
    ]


def course_of(db: Session, keyring: Keyring, instrument: str) -> Course:
    """Return one instrument's whole course; NotFound when nothing of it was ever answered."""
    for course in courses(finished(db, keyring), latest=-1):
        if course.instrument == instrument:
            return course
    raise NotFound("no course")


def unfinished(db: Session, keyring: Keyring) -> list[Unfinished]:
    """Return what was put aside, with how far it came."""
    found = []
    for record_id in actions.unfinished(db, keyring):
        try:
            opened = records.open_as_owner(db, keyring, record_id, kind=KIND)
        except NotFound:
            continue
        measure = Measure.load(opened.content)
        asked = shelf.by_hash(db, measure.questionnaire)
        if asked is not None and not measure.done:
            counts = (len(measure.answers), len(asked.questions))
            found.append(Unfinished(record_id, measure.instrument, asked.title, *counts))
    return found


def card(db: Session, keyring: Keyring, now: datetime) -> dict[str, object] | None:  # noqa: ARG001
    """Return what was put aside; None when nothing was."""
    found = unfinished(db, keyring)
    return {"unfinished": found} if found else None


def way(db: Session, keyring: Keyring, now: datetime) -> dict[str, object]:  # noqa: ARG001 - told
    """Return the way to the questionnaires: it is always there."""
    return {}


def who_reads(db: Session, keyring: Keyring, now: datetime) -> list[str]:
    """Return the names of those who will read what is finished now."""
    return readers.of_scope(db, keyring, SCOPE, now=now)


def _answers(asked: Questionnaire, measure: Measure) -> list[Answer]:
    there = asked_of(asked.items, measure.answers)
    found = []
    for question in asked.questions:
        option = question.option(measure.answers.get(question.link_id, ""))
        if question.link_id in there:
            label, score = (option.label, option.score) if option else (None, None)
            counts = score if question.link_id in asked.scored else None
            found.append(Answer(question.text, label, counts))
    return found


def _course(instrument: str, found: Sequence[tuple[Opened, Measure]], latest: int) -> Course:
    rule = RULES[instrument]
    totals = [(record, measure.total) for record, measure in found if measure.total is not None]
    first = totals[-1] if totals else None
    rows = [_row(record, measure, first) for record, measure in found]
    kept = rows if latest < 0 else rows[:latest]
    if first is not None and not any(row.is_first for row in kept):
        kept += [row for row in rows if row.is_first]
    better = words.of_direction(rule)
    return Course(instrument, rule.name, rule.own, kept, len(rows) - len(kept), better)


def _row(record: Opened, measure: Measure, first: tuple[Opened, Decimal] | None) -> Row:
    total, marked = words.total_of(measure), words.of_marked(measure)
    if first is None or measure.total is None:
        return Row(record, total, "", is_first=False, marked=marked)
    start, value = first
    if record.id == start.id:
        return Row(record, total, _("the first one here"), is_first=True, marked=marked)
    change = words.of_change(against(RULES[measure.instrument], value, measure.total))
    return Row(record, total, change, is_first=False, marked=marked)
