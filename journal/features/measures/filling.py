"""One page of a questionnaire while somebody fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer
from wtforms import Field

from journal.core.errors import NotFound
from journal.core.keyring import Keyring
from journal.features.measures import actions, measure, queries, shelf, words
from journal.features.measures.forms import MeasureForm, make_form, pages
from journal.features.measures.measure import Measure
from journal.features.measures.questionnaire import (
    Answers,
    Item,
    Question,
    Questionnaire,
    asked_of,
)
from journal.features.measures.rules import RULES
from journal.web import who_reads
from journal.web.fields import RANDOM_ID
from journal.web.forms import answer_invalid, renew, tidy_line

TEMPLATE = "measures/new.html"


@dataclass
class Sheet:
    """A questionnaire, the page of it that is open (from 0), and the answers given before."""

    db: Session
    keyring: Keyring
    asked: Questionnaire
    page: int
    before: Answers
    form: MeasureForm
    reworded: bool = False  # what was posted, or put aside before, answers another wording

    @property
    def record_id(self) -> UUID:
        """Return the id under which the answers are kept."""
        found: UUID = self.form.client_id.data
        return found

    @property
    def answers(self) -> dict[str, str]:
        """Return every answer so far, this page's as the page has them."""
        open_here = self.form.left_open
        kept = {name: code for name, code in self.before.items() if name not in open_here}
        return kept | self.form.answers

    @property
    def asked_now(self) -> set[str]:
        """Return the link ids of what is to be asked, given the answers so far."""
        return asked_of(self.asked.items, self.answers)

    @property
    def lines(self) -> tuple[Item, ...]:
        """Return the lines of this page."""
        return pages(self.asked)[self.page]

    @property
    def own(self) -> bool:
        """Tell whether this is a scale of our own, which the page says."""
        return RULES[self.asked.instrument].own

    def field(self, line: Item) -> Field | None:
        """Return the form's field of a question, None for a heading."""
        for name, question in self.form.questions.items():
            if question is line:
                found: Field = self.form[name]
                return found
        return None

    def when(self, line: Item) -> str:
        """Return under which answers a line is asked, empty for one that always is."""
        texts = {question.link_id: question for question in self.asked.questions}
        return words.when(line.asked, texts)

    @property
    def later(self) -> bool:
        """Tell whether the person puts it aside."""
        return bool(self.form.later.data)

    @property
    def is_last(self) -> bool:
        """Tell whether no page comes after this one."""
        return self.page == len(pages(self.asked)) - 1

    @property
    def gap(self) -> int | None:
        """Return the first page with a question that must have an answer and has none."""
        wanted = self.asked_now - self.answers.keys()
        for number, lines in enumerate(pages(self.asked)):
            for line in lines:
                if isinstance(line, Question) and line.required and line.link_id in wanted:
                    return number
        return None

    @property
    def is_finished(self) -> bool:
        """Tell whether this post is the last that the questionnaire needs."""
        return self.is_last and not self.later and self.gap is None

    @property
    def needs_help(self) -> bool:
        """Tell whether an answer so far asks for help at once."""
        return measure.needs_help(self.asked, self.answers)

    def measure(self) -> Measure:
        """Return the answers so far, scored when they are finished."""
        make = measure.finish if self.is_finished else measure.put_aside
        return make(self.asked, self.answers)

    def is_good(self) -> bool:
        """Tell whether this page can be kept; what is wrong stands in its form."""
        good: bool = self.form.validate()
        if self.later or not good:
            return good
        return not self.form.refuse_open(self.asked_now)

    def tell(self, names: list[str]) -> None:
        """Say on the next page what happened to the answers, and who can read them."""
        if self.is_finished:
            flash(who_reads.saved(names))
        elif self.later:
            flash(_("Put aside. Only you can read this."))

    def next_address(self, record_id: UUID) -> str:
        """Return where the person goes on: help, where it is needed, stands there too."""
        if self.is_finished and request.form.get("came_from") == "today" and not self.needs_help:
            return url_for("today.today")
        if self.is_finished or (self.later and self.needs_help):
            return url_for(".show", record_id=record_id)
        if self.later:
            return url_for(".index")
        number = self.gap if self.is_last and self.gap is not None else self.page + 1
        return url_for(".new", instrument=self.asked.instrument, draft=record_id, page=number + 1)

    def offer_as_new(self, now: datetime) -> Answer:
        """Answer 422 with the answers under a fresh id: what has this one is finished."""
        renew(self.form)
        self.form.refuse(_("You saved this before. Save again to keep this as a new one."))
        return self.refuse(now)

    def offer_reworded(self, now: datetime) -> Answer:
        """Answer 422 with the wording that there is: its answers may count otherwise."""
        renew(self.form)
        self.form.questionnaire.raw_data, self.form.questionnaire.data = None, self.asked.hash
        self.form.refuse(_("This is worded otherwise by now. Please look at each answer again."))
        return self.refuse(now)

    def render(self, now: datetime) -> str:
        """Return the page."""
        return render_template(TEMPLATE, form=self.form, **self._facts(now))

    def refuse(self, now: datetime) -> Answer:
        """Answer 422 with everything that was chosen."""
        return answer_invalid(TEMPLATE, self.form, **self._facts(now))

    def _facts(self, now: datetime) -> dict[str, object]:
        names = queries.who_reads(self.db, self.keyring, now)
        return {"sheet": self, "readers": names, "pages": len(pages(self.asked))}


def open_(db: Session, keyring: Keyring, instrument: str, given: Mapping[str, str]) -> Sheet:
    """Open a page to be filled in, a new one or a draft's; NotFound for what is not there."""
    draft = (tidy_line(given.get("draft")) or "").lower()
    if not draft:
        asked = shelf.current(db, instrument)
        if asked is None:
            raise NotFound("no questionnaire")
        return Sheet(db, keyring, asked, 0, {}, make_form(asked, 0, {}))
    there = _draft(db, keyring, UUID(draft) if RANDOM_ID.fullmatch(draft) else None)
    asked = None if there is None else shelf.by_hash(db, there.questionnaire)
    if there is None or there.done or asked is None or asked.instrument != instrument:
        raise NotFound("no draft")
    page = _page(asked, given.get("page"))
    form = make_form(asked, page, there.answers, client_id=UUID(draft))
    return Sheet(db, keyring, asked, page, there.answers, form)


def open_posted(db: Session, keyring: Keyring, instrument: str) -> Sheet:
    """Open the page that this request posts.

    In the wording that the page showed: another version may have been imported since.
    """
    shown = request.form.get("questionnaire", "")
    asked = shelf.by_hash(db, shown) or shelf.current(db, instrument)
    if asked is None or asked.instrument != instrument:
        raise NotFound("no questionnaire")
    page = _page(asked, request.args.get("page"))
    client_id = make_form(asked, page, {}).client_id.data
    there = _draft(db, keyring, client_id)
    goes_on = there is not None and not there.done
    reworded = bool(shown) and asked.hash != shown
    if there is None or not goes_on or there.questionnaire != asked.hash:
        return Sheet(db, keyring, asked, page, {}, make_form(asked, page, {}), reworded or goes_on)
    form = make_form(asked, page, there.answers)
    return Sheet(db, keyring, asked, page, there.answers, form, reworded)


def _draft(db: Session, keyring: Keyring, record_id: UUID | None) -> Measure | None:
    if record_id is None:
        return None
    try:
        there = actions.find(db, keyring, record_id)
    except actions.Taken:
        return None
    return None if there is None else Measure.load(there.content)


def _page(asked: Questionnaire, text: str | None) -> int:
    """Return a page's number from 0; what is no number is the first page."""
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 1
    return min(max(number, 1), len(pages(asked))) - 1
