"""Measures as FHIR R4: a QuestionnaireResponse, and an Observation of its total; plain dicts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from journal.core.records import Opened
from journal.features.measures.measure import Measure
from journal.features.measures.questionnaire import (
    Answers,
    Group,
    Item,
    Note,
    Option,
    Questionnaire,
    asked_of,
)
from journal.features.measures.rules import RULES, Rule

LOINC = "http://loinc.org"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
SURVEY = {
    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
    "code": "survey",
}
NAME = "urn:afterglow:questionnaire:sha256:"
Resource = dict[str, Any]


def documents(record: Opened, asked: Questionnaire | None) -> Mapping[str, Resource]:
    """Return what a measure is in FHIR, by name; nothing without its wording."""
    measure = Measure.load(record.content)
    if asked is None:
        return {}
    found = {"questionnaire-response": response(record, measure, asked)}
    if measure.done and measure.total is not None:
        found["observation"] = observation(record, measure, asked)
    return found


def response(record: Opened, measure: Measure, asked: Questionnaire) -> Resource:
    """Return the answers, nested as the questionnaire is; `questionnaire` names the exact words."""
    shown = asked_of(asked.items, measure.answers)
    items = list(_items(asked.items, measure.answers, shown))
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(record.id),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{record.id}"},
        "questionnaire": asked.url or f"{NAME}{asked.hash}",
        "status": "completed" if measure.done else "in-progress",
        "authored": _moment(record.occurred_at),
        **({"item": items} if items else {}),
    }


def observation(record: Opened, measure: Measure, asked: Questionnaire) -> Resource:
    """Return the total as it was made then; by the total's own code, where there is one."""
    rule = RULES[measure.instrument]
    return {
        "resourceType": "Observation",
        "id": str(record.id),
        "status": "final",
        "category": [{"coding": [SURVEY]}],
        "code": _code(rule),
        "effectiveDateTime": _moment(record.occurred_at),
        **_value(measure),
        "method": {"text": f"rules {measure.rules}, questionnaire {asked.hash}"},
        "derivedFrom": [{"reference": f"QuestionnaireResponse/{record.id}"}],
        **({"note": [{"text": "Our own scale, not validated."}]} if rule.own else {}),
    }


def _items(items: Iterable[Item], answers: Answers, shown: set[str]) -> Iterable[Resource]:
    for item in items:
        if item.link_id not in shown or isinstance(item, Note):
            continue
        made: Resource = {"linkId": item.link_id, **({"text": item.text} if item.text else {})}
        if isinstance(item, Group):
            inside = list(_items(item.items, answers, shown))
            if inside:
                yield made | {"item": inside}
        elif (option := item.option(answers.get(item.link_id, ""))) is not None:
            yield made | {"answer": [_answer(option)]}


def _answer(option: Option) -> Resource:
    if option.kind == "string":
        return {"valueString": option.label}
    if option.kind == "integer" and option.label == option.code:
        return {"valueInteger": int(option.code)}
    weight = [{"url": ORDINAL, "valueDecimal": option.score}] if option.score is not None else []
    return {
        "valueCoding": {
            **({"extension": weight} if weight else {}),
            **({"system": option.system} if option.system else {}),
            "code": option.code,
            "display": option.label,
        }
    }


def _code(rule: Rule) -> Resource:
    text = f"{rule.name}, total"
    if not rule.total_code:
        return {"text": text}
    return {"coding": [{"system": LOINC, "code": rule.total_code}], "text": text}


def _value(measure: Measure) -> Resource:
    total = measure.total
    if total is not None and total == total.to_integral_value():
        return {"valueInteger": int(total)}
    return {"valueQuantity": {"value": float(total or 0), "unit": "score"}}


def _moment(at: datetime) -> str:
    return at.isoformat()
