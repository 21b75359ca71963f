"""The form of a questionnaire: nothing is chosen until somebody chooses it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Field, HiddenField, RadioField, SubmitField, ValidationError

from journal.features.measures.questionnaire import (
    Answers,
    Group,
    Item,
    Note,
    Question,
    Questionnaire,
    walk,
)
from journal.web.fields import ClientIdField, options
from journal.web.forms import BaseForm

A_PAGE = 10  # questions: what is behind sign-in is not compressed, and a phone is small
OPEN = ""  # what leaves a question open that was answered before


class MeasureForm(BaseForm):
    """What every page of a questionnaire posts; `questions` maps field names to questions."""

    client_id = ClientIdField()
    questionnaire = HiddenField()
    later = SubmitField(lazy_gettext("Save and go on later"))
    questions: Mapping[str, Question] = {}

    @property
    def answers(self) -> dict[str, str]:
        """Return the answers chosen on this page by link id; what was left open is not there."""
        return {
            question.link_id: self[name].data
            for name, question in self.questions.items()
            if self[name].data
        }

    @property
    def left_open(self) -> set[str]:
        """Return the link ids of this page's questions without an answer."""
        return {question.link_id for question in self.questions.values()} - self.answers.keys()

    def refuse_open(self, asked: set[str]) -> bool:
        """Put what is missing beside each question that must have an answer; whether any."""
        missing = [
            name
            for name, question in self.questions.items()
            if question.required and question.link_id in asked & self.left_open
        ]
        for name in missing:
            self.refuse(_("Please choose an answer, or save and go on later."), name)
        return bool(missing)


class AnswerField(RadioField):
    """One question's answers; data is the chosen option's code, None until one is chosen."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms gives it
        """Refuse what is none of the answers, as WTForms asks; open is no fault here."""
        if self.data and self.data not in {choice[0] for choice in self.iter_choices()}:
            raise ValidationError(_("Choose one of the answers."))


def pages(asked: Questionnaire) -> list[tuple[Item, ...]]:
    """Return the questionnaire's lines, headings included, in pages of at most A_PAGE questions."""
    found: list[list[Item]] = [[]]
    count = 0
    for item in walk(asked.items):
        if isinstance(item, Question):
            if count == A_PAGE:
                carried = _headings(found[-1])
                del found[-1][len(found[-1]) - len(carried) :]
                found.append(carried)
                count = 0
            count += 1
        if isinstance(item, Question) or item.text:
            found[-1].append(item)
    return [tuple(page) for page in found]


def make_form(asked: Questionnaire, page: int, answers: Answers, **facts: Any) -> MeasureForm:
    """Make the form of one page (from 0); answers: those given before, by link id."""
    names = dict(_named(asked, pages(asked)[page]))
    fields = {name: _field(question) for name, question in names.items()}
    made = type("PageForm", (MeasureForm,), {**fields, "questions": names})
    given = {name: answers.get(question.link_id) for name, question in names.items()}
    form: MeasureForm = made(data={**given, "questionnaire": asked.hash, **facts})
    return form


def _named(asked: Questionnaire, lines: Sequence[Item]) -> Iterator[tuple[str, Question]]:
    numbers = {question.link_id: n for n, question in enumerate(asked.questions, 1)}
    for line in lines:
        if isinstance(line, Question):
            yield f"answer-{numbers[line.link_id]}", line


def _field(question: Question) -> Field:
    choices = [(option.code, option.label) for option in question.options]
    if not question.required:
        choices.append((OPEN, _("Leave this open")))
    # WTForms gives an unbound field, which becomes one when its form is made.
    made: Field = AnswerField(question.text, choices=options(choices))
    return made


def _headings(lines: list[Item]) -> list[Item]:
    """Return the headings and notes at the end of a page, which belong to the next question."""
    kept: list[Item] = []
    for line in reversed(lines):
        if not isinstance(line, Group | Note):
            break
        kept.insert(0, line)
    return kept
