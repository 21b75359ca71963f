"""A FHIR R4 Questionnaire to ours, bound to its scoring rule; Refused with every reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from journal.features.measures import answers
from journal.features.measures.items import Reader, conditional, loinc_of
from journal.features.measures.questionnaire import Group, Item, Question, Questionnaire
from journal.features.measures.reading import Node, Objections, Refused, read_json, text_of
from journal.features.measures.reading import everywhere as objects_of
from journal.features.measures.rules import BINDING, PUBLISHED, TRAPS, Rule

WHOLE = "Questionnaire"
NO_SCORES = "the answers don't say what they count: give --scores, such as --scores 0,1,2,3"


@dataclass(frozen=True, slots=True)
class Imported:
    """A questionnaire, and what its file held that nobody is asked."""

    questionnaire: Questionnaire
    left_out: tuple[str, ...]


def read(source: bytes, *, instrument: str = "", scores: Sequence[int] = ()) -> Imported:
    """Read a file's bytes; Refused with a line for each thing that is in the way.

    instrument: a rule's id, for what has no LOINC code of its own; scores: what the answers count
    in the order of the file, where the file doesn't say so.
    """
    resource, wrong = read_json(source), Objections()
    if resource.get("resourceType") != WHOLE:
        raise Refused([f"resourceType: this is no FHIR {WHOLE}"])
    _refuse_modifiers(resource, wrong)
    if resource.get("status") == "retired":
        wrong.add("status", "its publisher has retired it")
    rule = _bind(resource, instrument, wrong)
    reader = Reader(answers.value_sets(resource, wrong), rule.total_code, wrong)
    items = reader.items(resource, WHOLE)
    wrong.refuse()
    made = _made(resource, rule, _with_scores(items, rule, scores, wrong), wrong)
    _check(made, rule, wrong)
    wrong.refuse()
    return Imported(made, tuple(reader.left_out))


def _refuse_modifiers(resource: Node, wrong: Objections) -> None:
    for where, node in objects_of(resource, WHOLE):
        if "modifierExtension" in node:
            wrong.add(where, "a modifierExtension changes what it means")


def _bind(resource: Node, instrument: str, wrong: Objections) -> Rule:
    code = loinc_of(resource, WHOLE, wrong)
    wrong.refuse()
    if instrument and instrument not in PUBLISHED:
        raise Refused([f"--as: {instrument} is none of {', '.join(PUBLISHED)}"])
    if code in TRAPS:
        raise Refused([f"{WHOLE}.code: {code} is not to be used: {TRAPS[code]}"])
    bound, named = BINDING.get(code), PUBLISHED.get(instrument)
    if bound and named and bound is not named:
        raise Refused([f"{WHOLE}.code: {code} is {bound.name}, not {named.name}"])
    rule = bound or named
    if rule is None:
        told = f"the LOINC code {code} has no scoring rule here" if code else "it has no LOINC code"
        raise Refused([f"{WHOLE}.code: {told}; say which it is with --as"])
    if not rule.asked_here:
        raise Refused(
            [f"{WHOLE}: {rule.name} is filled in at the clinic; only its score is kept here"]
        )
    return rule


def _with_scores(
    items: tuple[Item, ...], rule: Rule, scores: Sequence[int], wrong: Objections
) -> tuple[Item, ...]:
    """Give the first questions' answers the scores that the operator named, if any."""
    if not scores:
        return items
    counted = {question.link_id for question in _first(items, rule)}

    def give(item: Item) -> Item:
        if isinstance(item, Group):
            return replace(item, items=tuple(give(one) for one in item.items))
        if not isinstance(item, Question) or item.link_id not in counted:
            return item
        if any(option.score is not None for option in item.options):
            wrong.add(item.link_id, "the file says what its answers count: leave --scores out")
        if len(item.options) != len(scores):
            wrong.add(item.link_id, f"it has {len(item.options)} answers for {len(scores)} scores")
            return item
        pairs = zip(item.options, scores, strict=True)
        return replace(item, options=tuple(replace(one, score=score) for one, score in pairs))

    return tuple(give(item) for item in items)


def _made(resource: Node, rule: Rule, items: tuple[Item, ...], wrong: Objections) -> Questionnaire:
    named = {name: text_of(resource, name, WHOLE, wrong) for name in ("title", "name", "url")}
    return Questionnaire(
        rule.id,
        named["title"] or named["name"] or rule.name,
        text_of(resource, "version", WHOLE, wrong),
        text_of(resource, "language", WHOLE, wrong),
        named["url"],
        items,
        tuple(question.link_id for question in _first(items, rule)),
    )


def _check(made: Questionnaire, rule: Rule, wrong: Objections) -> None:
    """Object to whatever would make a wrong number of right answers."""
    counted = _first(made.items, rule)
    if len(counted) < rule.items:
        wrong.add(WHOLE, f"{rule.name} has {rule.items} questions, this has {len(counted)}")
        return
    if any(option.score is None for question in counted for option in question.options):
        wrong.add(WHOLE, NO_SCORES)
        return
    sometimes = conditional(made.items)
    for question in counted:
        found = sorted(option.score for option in question.options if option.score is not None)
        if found != [*rule.levels]:
            told = ", ".join(map(str, found))
            levels = f"{rule.low} to {rule.high}, each once"
            wrong.add(question.link_id, f"its answers count {told}; {rule.name} counts {levels}")
        if question.link_id in sometimes:
            wrong.add(question.link_id, "it counts, so it must always be asked")
    _check_direction(counted, rule, wrong)
    _check_mark(made, rule, wrong)


def _check_direction(counted: Sequence[Question], rule: Rule, wrong: Objections) -> None:
    """Object where the same words count differently: one item's answers stand in another order.

    And to a file that has turned its answers round: the rule does that, once.
    """
    known: dict[str, int | None] = {}
    for question in counted:
        told = {option.label: option.score for option in question.options}
        if rule.turned and known and told != known:
            why = f"its answers count otherwise than the first one's; {rule.name}'s rule turns them"
            wrong.add(question.link_id, why)
        elif any(known.get(label, score) != score for label, score in told.items()):
            wrong.add(question.link_id, "the same words count otherwise than in a question before")
        known = {**told, **known}


def _check_mark(made: Questionnaire, rule: Rule, wrong: Objections) -> None:
    """Object when the question that help hangs on is not where the rule looks for it."""
    if rule.marked is None or not any(question.code for question in made.questions):
        return
    number, code = rule.marked
    places = [n for n, question in enumerate(made.questions, 1) if question.code == code]
    if places != [number]:
        told = ", ".join(map(str, places)) or "nowhere"
        wrong.add(WHOLE, f"{code} must be question {number}, and stands at: {told}")


def _first(items: tuple[Item, ...], rule: Rule) -> tuple[Question, ...]:
    """Return the questions that count: the instrument's own, before any that only follow it."""
    probe = Questionnaire(rule.id, "", "", "", "", items, ())
    return probe.questions[: rule.items]
