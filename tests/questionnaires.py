"""FHIR Questionnaires in words of our own, shaped as published ones are; none is a real one."""

import copy
import json
from typing import Any

from journal.features.measures.rules import PUBLISHED, Rule

LOINC = "http://loinc.org"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
LEVELS = ("not once", "once or twice", "now and then", "often", "nearly always", "always")
MADE_UP = {"phq-9": "44249-1", "gad-7": "69737-5", "pcl-5": "101697-1", "audit-c": "75626-2"}
Json = dict[str, Any]


def coding(rule: Rule, level: int) -> Json:
    return {"system": LOINC, "code": f"LA{6568 + level}-{level}", "display": LEVELS[level]}


def option(rule: Rule, level: int, url: str | None = ORDINAL) -> Json:
    made: Json = {"valueCoding": coding(rule, level)}
    if url is not None:
        made["extension"] = [{"url": url, "valueDecimal": level}]
    return made


def question(rule: Rule, number: int, url: str | None = ORDINAL) -> Json:
    made: Json = {
        "linkId": f"/1017{number:02}-{number % 10}",
        "type": "choice",
        "text": f"How often did the heron number {number} come?",
        "required": number != rule.items,
        "answerOption": [option(rule, level, url) for level in rule.levels],
    }
    if rule.marked and rule.marked[0] == number:
        made["code"] = [{"system": LOINC, "code": rule.marked[1]}]
    return made


def like(instrument: str, url: str | None = ORDINAL) -> Json:
    """A questionnaire of an instrument's shape, with answers by answerOption."""
    rule = PUBLISHED[instrument]
    made: Json = {
        "resourceType": "Questionnaire",
        "status": "active",
        "title": f"Herons, {rule.items} of them",
        "item": [question(rule, number, url) for number in range(1, rule.items + 1)],
    }
    if instrument in MADE_UP:
        made["code"] = [{"system": LOINC, "code": MADE_UP[instrument]}]
    return made


def by_value_set(instrument: str, *, expanded: bool = False, scored: bool = True) -> Json:
    """The same with its answers in one contained value set, as other publishers do it."""
    made, rule = like(instrument), PUBLISHED[instrument]
    concepts = [
        {name: value for name, value in coding(rule, level).items() if name != "system"}
        | ({"extension": [{"url": ORDINAL, "valueDecimal": level}]} if scored else {})
        for level in rule.levels
    ]
    if expanded:
        body = {"expansion": {"contains": [{"system": LOINC, **one} for one in concepts]}}
    else:
        body = {"compose": {"include": [{"system": LOINC, "concept": concepts}]}}
    made["contained"] = [{"resourceType": "ValueSet", "id": "often", "status": "active", **body}]
    for item in made["item"]:
        del item["answerOption"]
        item["answerValueSet"] = "#often"
    return made


def in_groups(made: Json) -> Json:
    """The same questions, half of them in a group within a group."""
    items = made["item"]
    inner = {"linkId": "g2", "type": "group", "text": "Later herons", "item": items[2:]}
    outer = {"linkId": "g1", "type": "group", "text": "Herons", "item": [items[1], inner]}
    return made | {"item": [items[0], {"linkId": "d", "type": "display", "text": "Look"}, outer]}


def changed(made: Json, number: int, **members: Any) -> Json:
    """A copy whose item (from 1) has these members."""
    made = copy.deepcopy(made)
    made["item"][number - 1] |= members
    return made


def as_bytes(made: Json) -> bytes:
    return json.dumps(made).encode()
