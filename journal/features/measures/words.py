"""What is said beside a score: plain, and nothing that docs/measures.md does not name."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from flask_babel import gettext as _
from flask_babel import ngettext

from journal.features.measures.measure import Measure
from journal.features.measures.questionnaire import Asked, Condition, Question
from journal.features.measures.rules import (
    AUDIT_C,
    BRS,
    GAD_7,
    PCL_5,
    PHQ_9,
    WHO_5,
    Rule,
)
from journal.features.measures.scoring import Change
from journal.web.filters import number

EVEN = (PHQ_9, GAD_7)


def total_of(measure: Measure) -> str:
    """Return "12 of 27", or that there is no total."""
    rule = measure.rule
    if measure.total is None or rule is None:
        return str(_("no total"))
    most = rule.edges[1]
    return str(_("%(total)s of %(most)s", total=number(measure.total), most=most))


def about(measure: Measure) -> list[str]:
    """Return the sentences under a finished measure."""
    rule = measure.rule
    return [] if rule is None else list(_about(measure, rule))


def _about(measure: Measure, rule: Rule) -> Iterator[str]:
    if measure.missing:
        items = ", ".join(map(str, measure.missing))
        yield ngettext(
            "There is no total, because question %(items)s is open. Nothing is filled in for it.",
            "There is no total, because questions %(items)s are open. Nothing is filled in for "
            "them.",
            len(measure.missing),
            items=items,
        )
    elif measure.band is not None:
        yield _band(rule, measure.band)
    if rule.marked is not None and measure.marked:
        item, value = rule.marked[0], measure.marked
        yield _("Question %(item)s was answered above 0: %(value)s.", item=item, value=value)
    if rule is PHQ_9:
        yield _("It asks about the last two weeks: it can't show what changed in hours or days.")
    if rule.own:
        yield _("This is a scale of our own and not validated: compare it with yourself only.")
    else:
        yield _("A score is no diagnosis. Look at it together with your therapist.")


def of_band(measure: Measure) -> str:
    """Return which range a total lies in; empty without one."""
    rule = measure.rule
    return "" if rule is None or measure.band is None else _band(rule, measure.band)


def of_marked(measure: Measure) -> str:
    """Return that the item was above 0 which help hangs on; empty otherwise."""
    rule = measure.rule
    if rule is None or rule.marked is None or not measure.marked:
        return ""
    return str(_("question %(item)s: %(value)s", item=rule.marked[0], value=measure.marked))


def of_direction(rule: Rule) -> str:
    """Return which way is better: "8 more" alone says nothing to whom it is about.

    "" for a score that is only kept: nobody agreed on what it tells (docs/measures.md).
    """
    if not rule.asked_here:
        return ""
    if rule.more_is_better:
        return str(_("More is better here."))
    return str(_("Less is better here."))


def of_change(change: Change) -> str:
    """Return what moved since the first time, in a few words."""
    said = [_moved(change.by)]
    if change.response:
        said.append(_("at least half less (response)"))
    if change.remission:
        said.append(_("below 5 (remission)"))
    if change.moved:
        said.append(_("a change of 10 or more"))
    return ", ".join(said)


def when(asked: Asked, questions: Mapping[str, Question]) -> str:
    """Return under which answers something is asked; without JavaScript a page shows it always."""
    said = [_condition(one, questions[one.question]) for one in asked.conditions]
    if not said:
        return ""
    joined = (_(" or ") if asked.any_of else _(" and ")).join(said)
    return str(_("Only if %(conditions)s. Otherwise leave this open.", conditions=joined))


def _condition(one: Condition, question: Question) -> str:
    option = question.option(one.answer)
    facts = {"question": question.text, "answer": option.label if option else ""}
    told = {
        "=": _("you chose “%(answer)s” for “%(question)s”", **facts),
        "!=": _("you chose anything but “%(answer)s” for “%(question)s”", **facts),
        ">": _("you chose more than %(answer)s for “%(question)s”", **facts),
        "<": _("you chose less than %(answer)s for “%(question)s”", **facts),
        ">=": _("you chose %(answer)s or more for “%(question)s”", **facts),
        "<=": _("you chose %(answer)s or less for “%(question)s”", **facts),
    }
    if one.operator != "exists":
        return str(told[one.operator])
    there = one.answer == "true"
    question_text = question.text
    return str(
        _("you answered “%(question)s”", question=question_text)
        if there
        else _("you left “%(question)s” open", question=question_text)
    )


def _moved(by: Decimal) -> str:
    if by == 0:
        return str(_("no change"))
    amount = number(abs(by))
    return str(_("%(by)s more", by=amount) if by > 0 else _("%(by)s less", by=amount))


def _band(rule: Rule, band: int) -> str:
    if rule in EVEN:
        return _even(rule, band)
    told = {
        PCL_5.id: (
            _("It is below the cut-offs, which are 31 to 33."),
            _("It is between the cut-offs, which are 31 to 33."),
            _("It is above the cut-offs, which are 31 to 33."),
        ),
        WHO_5.id: (
            _("It is 28 or less: please talk about it soon."),
            _("It is 50 or less, where a closer look is advised."),
            _("It is above 50."),
        ),
        BRS.id: (
            _("It is low: below 3.00."),
            _("It is in the middle: from 3.00 to 4.30."),
            _("It is high: above 4.30."),
        ),
        AUDIT_C.id: (
            _("It is below the cut-offs, which are 3 for women and 4 for men."),
            _("It is at the cut-off for women, which is 3; the one for men is 4."),
            _("It is at or above the cut-offs, which are 3 for women and 4 for men."),
        ),
    }
    return str(told[rule.id][band])


def _even(rule: Rule, band: int) -> str:
    tops = [int(one.top) for one in rule.bands]
    ranges = [(0, tops[0]), *((low + 1, high) for low, high in pairwise(tops))]
    spelt = [_("%(low)s to %(high)s", low=low, high=high) for low, high in ranges]
    told = _(
        "It lies in the range %(here)s. The ranges are %(all)s.",
        here=spelt[band],
        all=", ".join(spelt),
    )
    return str(told)
