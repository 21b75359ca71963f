"""What a clinic imports: taken as it is meant, or refused with the reason at its place."""

import json
import os
from pathlib import Path

import pytest

from journal.features.measures import importing, items
from journal.features.measures.questionnaire import Group, Note, Questionnaire, asked_of
from journal.features.measures.reading import Refused
from journal.features.measures.rules import BINDING, PUBLISHED
from tests import questionnaires
from tests.questionnaires import ORDINAL, WEIGHT, as_bytes, by_value_set, changed, in_groups, like

CODED = ("phq-9", "gad-7", "pcl-5", "audit-c")
UNCODED = ("who-5", "brs")
PUBLISHED_FILE = "AFTERGLOW_TEST_QUESTIONNAIRE"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
HL7 = "http://hl7.org/fhir/StructureDefinition/"


def take(made: object, **how: object) -> Questionnaire:
    return importing.read(json.dumps(made).encode(), **how).questionnaire  # type: ignore[arg-type]


def reasons(made: object, **how: object) -> str:
    source = made if isinstance(made, bytes) else json.dumps(made).encode()
    with pytest.raises(Refused) as refused:
        importing.read(source, **how)  # type: ignore[arg-type]
    return "\n".join(refused.value.reasons)


@pytest.mark.parametrize("url", [ORDINAL, WEIGHT])
@pytest.mark.parametrize("instrument", CODED)
def test_each_is_bound_by_its_code(instrument: str, url: str) -> None:
    asked = take(like(instrument, url))
    assert asked.instrument == instrument
    assert len(asked.scored) == PUBLISHED[instrument].items


@pytest.mark.parametrize("instrument", UNCODED)
def test_what_has_no_code_is_named_by_the_operator(instrument: str) -> None:
    assert "it has no LOINC code" in reasons(like(instrument))
    assert take(like(instrument), instrument=instrument).instrument == instrument


@pytest.mark.parametrize("instrument", [*CODED, *UNCODED])
@pytest.mark.parametrize("shape", ["set", "expanded", "groups", "set in groups"])
def test_every_shape_is_the_same_questionnaire_to_score(instrument: str, shape: str) -> None:
    made = like(instrument)
    if "set" in shape or shape == "expanded":
        made = by_value_set(instrument, expanded=shape == "expanded")
    asked = take(in_groups(made) if "groups" in shape else made, instrument=instrument)
    plain = take(like(instrument), instrument=instrument)
    assert [one.options for one in asked.questions] == [one.options for one in plain.questions]
    assert asked.scored == plain.scored
    assert Questionnaire.loads(asked.dumps()) == asked
    assert ("groups" in shape) == any(isinstance(one, Group) for one in asked.items)
    assert ("groups" in shape) == any(isinstance(one, Note) for one in asked.items)


def test_the_hash_is_the_same_for_the_same_and_another_for_any_change() -> None:
    first = take(like("gad-7"))
    assert take(like("gad-7")).hash == first.hash
    others = (
        changed(like("gad-7"), 3, text="Another heron?"),
        changed(like("gad-7"), 3, required=False),
        changed(like("gad-7"), 3, linkId="another"),
        by_value_set("gad-7") | {"title": "Others"},
    )
    assert len({first.hash, *(take(one).hash for one in others)}) == 5


def test_without_scores_the_operator_must_name_them() -> None:
    bare = like("gad-7", None)
    assert "--scores" in reasons(bare)
    assert "--scores" in reasons(by_value_set("gad-7", scored=False))
    assert take(bare, scores=[0, 1, 2, 3]) == take(like("gad-7"))
    assert "4 answers for 3 scores" in reasons(bare, scores=[0, 1, 2])
    assert "GAD-7 counts 0 to 3" in reasons(bare, scores=[1, 2, 3, 4])
    assert "GAD-7 counts 0 to 3" in reasons(bare, scores=[0, 1, 1, 3])
    assert "leave --scores out" in reasons(like("gad-7"), scores=[0, 1, 2, 3])


def test_scores_may_fall_where_the_file_begins_with_the_most() -> None:
    asked = take(like("who-5", None), instrument="who-5", scores=[5, 4, 3, 2, 1, 0])
    assert [option.score for option in asked.questions[0].options] == [5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("code", ["44261-6", "44260-8", "70274-6", "101698-9", "70221-7"])
def test_the_traps_are_refused_with_the_reason(code: str) -> None:
    made = like("phq-9") | {"code": [{"system": questionnaires.LOINC, "code": code}]}
    assert f"{code} is not to be used" in reasons(made)
    assert f"{code} is not to be used" in reasons(made, instrument="phq-9")
    assert code not in BINDING


def test_another_code_than_the_name_is_refused() -> None:
    assert "69737-5 is GAD-7, not PHQ-9" in reasons(like("gad-7"), instrument="phq-9")
    unknown = like("gad-7") | {"code": [{"system": questionnaires.LOINC, "code": "1-1"}]}
    assert "1-1 has no scoring rule here" in reasons(unknown)
    assert "none of" in reasons(like("gad-7"), instrument="meq")
    assert "several LOINC codes" in reasons(
        like("gad-7")
        | {"code": [{"system": questionnaires.LOINC, "code": code} for code in ("69737-5", "2")]}
    )


def test_what_the_clinic_fills_in_is_not_for_a_phone() -> None:
    assert "only its score is kept" in reasons(like("cadss"), instrument="cadss")


def test_the_question_that_help_hangs_on_must_stand_where_it_belongs() -> None:
    made = like("phq-9")
    made["item"].insert(0, made["item"].pop())
    assert "44260-8 must be question 9, and stands at: 1" in reasons(made)
    made = changed(like("phq-9"), 9, code=[{"system": questionnaires.LOINC, "code": "x"}])
    assert "stands at: nowhere" in reasons(made)


def test_questions_after_the_scored_ones_are_asked_and_not_scored() -> None:
    made = like("phq-9")
    made["item"].append(questionnaires.question(PUBLISHED["gad-7"], 50))
    asked = take(made)
    assert len(asked.questions) == 10
    assert len(asked.scored) == 9


def test_too_few_questions_are_refused() -> None:
    made = like("phq-9")
    made["item"].pop()
    assert "PHQ-9 has 9 questions, this has 8" in reasons(made)


def test_a_file_that_turned_its_answers_round_itself_is_refused() -> None:
    made = like("brs")
    for at, option in enumerate(reversed(made["item"][1]["answerOption"]), 1):
        option["extension"][0]["valueDecimal"] = at
    assert "BRS's rule turns them" in reasons(made, instrument="brs")


@pytest.mark.parametrize("instrument", ["phq-9", "pcl-5", "who-5"])
def test_a_file_in_which_the_same_words_count_differently_is_refused(instrument: str) -> None:
    made, rule = like(instrument), PUBLISHED[instrument]
    for at, option in enumerate(reversed(made["item"][2]["answerOption"])):
        option["extension"][0]["valueDecimal"] = at
    where = {"instrument": instrument}
    assert "the same words count" in reasons(made, **where)
    bare = like(instrument, None)
    bare["item"][2]["answerOption"].reverse()
    assert "the same words count" in reasons(bare, scores=[*rule.levels], **where)


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("hidden", {"url": f"{HL7}questionnaire-hidden", "valueBoolean": True}),
        ("computed", {"url": f"{SDC}sdc-questionnaire-calculatedExpression"}),
    ],
)
def test_what_is_computed_or_hidden_is_left_out_and_told(name: str, extension: object) -> None:
    made = like("phq-9")
    made["item"].append({"linkId": "t", "type": "decimal", "text": "x", "extension": [extension]})
    found = importing.read(as_bytes(made))
    assert len(found.questionnaire.questions) == 9
    assert found.left_out[0].startswith(f"t: {name}")


def test_a_total_that_is_asked_for_like_a_question_is_left_out() -> None:
    made = like("phq-9")
    code = [{"system": questionnaires.LOINC, "code": "44261-6"}]
    made["item"].append({"linkId": "t", "type": "decimal", "text": "Total", "code": code})
    assert "the total" in importing.read(as_bytes(made)).left_out[0]


UNFAITHFUL = {
    "open-choice can't be asked": {"type": "open-choice"},
    "type text can't be asked": {"type": "text"},
    "several answers": {"repeats": True},
    "no answer is ever given for somebody": {"initial": [{"valueString": "x"}]},
    "there are no words": {"text": " "},
    "a question inside a question": {"item": [{"linkId": "in", "type": "display", "text": "x"}]},
    "both answerOption and answerValueSet": {"answerValueSet": "#often"},
    "it has 1 answers": {"answerOption": [{"valueString": "yes"}]},
    "must be a valueCoding": {"answerOption": [{"valueDate": "2026-01-01"}] * 2},
    "have the same code": {"answerOption": [{"valueString": "yes"}] * 2},
    "chosen in advance": {
        "answerOption": [{"valueString": "a", "initialSelected": True}, {"valueString": "b"}]
    },
    "no display": {"answerOption": [{"valueCoding": {"code": "1"}}, {"valueString": "b"}]},
    "stands there twice": {"linkId": "/101701-1"},
    "missing or too long": {"linkId": "x" * 300},
    "is no question that comes before": {
        "enableWhen": [{"question": "/101707-7", "operator": "exists", "answerBoolean": True}]
    },
    "can't be checked": {
        "enableWhen": [{"question": "/101701-1", "operator": "=", "answerString": "none"}]
    },
    "several conditions need all or any": {
        "enableWhen": [{"question": "/101701-1", "operator": "exists", "answerBoolean": True}] * 2
    },
    "it counts, so it must always be asked": {
        "enableWhen": [{"question": "/101701-1", "operator": "exists", "answerBoolean": True}]
    },
    "a modifierExtension": {"modifierExtension": [{"url": "x"}]},
    "asked by a formula": {"extension": [{"url": f"{SDC}sdc-questionnaire-enableWhenExpression"}]},
    "answers come from a formula": {
        "extension": [{"url": f"{SDC}sdc-questionnaire-answerExpression"}]
    },
    "words come from a formula": {"_text": {"extension": [{"url": f"{HL7}cqf-expression"}]}},
    "this is neither true nor false": {"required": "yes"},
    "this is no text": {"text": 7},
    "this is no list": {"answerOption": {"valueString": "x"}},
    "longer than 2000": {"text": "x" * 2001},
}


@pytest.mark.parametrize("reason", UNFAITHFUL)
def test_what_can_not_be_asked_as_it_is_meant_is_refused_at_its_place(reason: str) -> None:
    found = reasons(changed(like("gad-7"), 2, **UNFAITHFUL[reason]))
    lines = [line for line in found.split("\n") if reason in line]
    assert lines
    assert all(line.startswith(("Questionnaire.item[1]", "/101702-2")) for line in lines)


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        (
            "counts 0 and 3 at once",
            [{"url": ORDINAL, "valueDecimal": 3}, {"url": WEIGHT, "valueDecimal": 0}],
        ),
        ("must be a whole number", [{"url": ORDINAL, "valueDecimal": 0.5}]),
        ("must be a whole number", [{"url": ORDINAL, "valueDecimal": True}]),
        ("GAD-7 counts 0 to 3, each once", [{"url": ORDINAL, "valueDecimal": 3}]),
    ],
)
def test_a_wrong_weight_is_refused(reason: str, answer: object) -> None:
    made = like("gad-7")
    made["item"][4]["answerOption"][0]["extension"] = answer
    assert reason in reasons(made)


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("its answers are not listed", {"compose": {"include": [{"system": "x", "filter": []}]}}),
        ("that leaves answers out", {"compose": {"exclude": [{}], "include": []}}),
        ("answers in layers", {"expansion": {"contains": [{"display": "a", "contains": [{}]}]}}),
    ],
)
def test_a_value_set_that_lists_no_answers_is_refused(reason: str, body: object) -> None:
    made = by_value_set("gad-7")
    made["contained"] = [{"resourceType": "ValueSet", "id": "often", **body}]  # type: ignore[dict-item]
    assert reason in reasons(made)


def test_answers_that_lie_elsewhere_are_refused() -> None:
    made = by_value_set("gad-7")
    made["item"][0]["answerValueSet"] = "http://loinc.org/vs/LL358-3"
    assert "its answers lie elsewhere" in reasons(made)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[]", "no FHIR resource"),
        (b'{"resourceType": "Patient"}', "no FHIR Questionnaire"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b'{"a": NaN}', "no number"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "no FHIR resource"),
        (b"[" * 100_000, "not JSON"),
        (b" " * (512 * 1024 + 1), "larger than 512 KB"),
        (b'{"resourceType": "Questionnaire", "item": "x"}', "has no LOINC code"),
    ],
)
def test_what_is_no_questionnaire_is_refused(source: bytes, reason: str) -> None:
    assert reason in reasons(source)


def test_a_number_that_no_memory_holds_is_refused_at_once() -> None:
    source = as_bytes(like("gad-7")).replace(b'"valueDecimal": 3', b'"valueDecimal": 1e999999999')
    assert "must be a whole number" in reasons(source)


def test_too_many_and_too_deep_are_refused() -> None:
    made = like("gad-7")
    made["item"] += [
        {"linkId": f"n{n}", "type": "display", "text": "x"} for n in range(items.MOST_ITEMS)
    ]
    assert "more than 200 items" in reasons(made)
    deep: dict[str, object] = {"linkId": "g", "type": "group", "item": []}
    for n in range(6):
        deep = {"linkId": f"g{n}", "type": "group", "item": [deep]}
    made["item"] = [deep]
    assert "groups lie more than 5 deep" in reasons(made)


def test_retired_is_refused() -> None:
    assert "retired" in reasons(like("gad-7") | {"status": "retired"})


def test_every_reason_is_told_at_once() -> None:
    made = changed(changed(like("gad-7"), 1, repeats=True), 7, type="text")
    assert reasons(made).count("\n") >= 1


def conditional(operator: str, answer: dict[str, object], **more: object) -> Questionnaire:
    made = like("gad-7")
    last = questionnaires.question(PUBLISHED["gad-7"], 60) | {"linkId": "last", "required": False}
    when = [{"question": "/101701-1", "operator": operator, **answer}]
    made["item"].append(last | {"enableWhen": when} | more)
    return take(made)


@pytest.mark.parametrize(
    ("operator", "answer", "for_none", "for_first", "for_other"),
    [
        ("exists", {"answerBoolean": True}, False, True, True),
        ("exists", {"answerBoolean": False}, True, False, False),
        ("=", {"answerCoding": {"code": "LA6568-0"}}, False, True, False),
        ("!=", {"answerCoding": {"code": "LA6568-0"}}, False, False, True),
    ],
)
def test_a_question_is_asked_only_when_it_is_meant_to_be(
    operator: str, answer: dict[str, object], for_none: bool, for_first: bool, for_other: bool
) -> None:
    asked = conditional(operator, answer)
    for given, wanted in (
        ({}, for_none),
        ({"/101701-1": "LA6568-0"}, for_first),
        ({"/101701-1": "LA6569-1"}, for_other),
    ):
        assert ("last" in asked_of(asked.items, given)) == wanted


def test_what_hangs_on_a_question_that_is_not_asked_is_not_asked() -> None:
    made = like("gad-7")
    for name, before in (("second", "/101701-1"), ("third", "second")):
        question = questionnaires.question(PUBLISHED["gad-7"], 60) | {"linkId": name}
        when = [{"question": before, "operator": "exists", "answerBoolean": True}]
        made["item"].append(question | {"required": False, "enableWhen": when})
    asked = take(made)
    assert "third" not in asked_of(asked.items, {"second": "LA6568-0"})
    assert "third" in asked_of(asked.items, {"/101701-1": "LA6568-0", "second": "LA6568-0"})


@pytest.mark.parametrize("limits", [(0, 10), (1, 5)])
def test_a_number_within_limits_is_a_row_of_answers(limits: tuple[int, int]) -> None:
    made = like("gad-7")
    urls = zip(("minValue", "maxValue"), limits, strict=True)
    extension = [{"url": f"{HL7}{name}", "valueInteger": limit} for name, limit in urls]
    made["item"].append({"linkId": "n", "type": "integer", "text": "x", "extension": extension})
    last = take(made).questions[-1]
    assert [option.score for option in last.options] == [*range(limits[0], limits[1] + 1)]
    made["item"][-1].pop("extension")
    assert "needs minValue and maxValue" in reasons(made)


def test_a_published_phq_9_is_taken() -> None:
    path = os.environ.get(PUBLISHED_FILE, "")
    if not Path(path).is_file():
        pytest.skip(f"set {PUBLISHED_FILE} to a published PHQ-9 to try it")
    found = importing.read(Path(path).read_bytes())
    assert found.questionnaire.instrument == "phq-9"
    assert [len(one.options) for one in found.questionnaire.questions[:9]] == [4] * 9
