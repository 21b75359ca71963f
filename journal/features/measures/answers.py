"""The answers of one FHIR item: by answerOption, by a contained value set, or a row of numbers."""

from journal.features.measures.questionnaire import Option
from journal.features.measures.reading import (
    Node,
    Objections,
    node_of,
    nodes_of,
    text_of,
    whole_of,
)

HL7 = "http://hl7.org/fhir/StructureDefinition/"
# What an answer counts: today's name, R4's, and those of the drafts before it.
SCORES = {
    f"{HL7}{name}"
    for name in (
        "itemWeight",
        "ordinalValue",
        "questionnaire-ordinalValue",
        "valueset-ordinalValue",
        "codesystem-ordinalValue",
    )
}
MOST_OPTIONS = 30
LONGEST_ROW = 21


def of_choice(item: Node, sets: dict[str, Node], where: str, wrong: Objections) -> list[Option]:
    """Return the answers to choose from."""
    if "answerValueSet" in item and "answerOption" in item:
        wrong.add(where, "it has both answerOption and answerValueSet")
        return []
    if "answerValueSet" in item:
        found = _of_set(item, sets, f"{where}.answerValueSet", wrong)
    else:
        listed = nodes_of(item, "answerOption", where, wrong)
        found = [_of_option(option, place, wrong) for place, option in listed]
    options = [option for option in found if option is not None]
    codes = [option.code for option in options]
    if len(set(codes)) < len(codes):
        wrong.add(where, "two of its answers have the same code")
    if not 2 <= len(found) <= MOST_OPTIONS:
        wrong.add(where, f"it has {len(found)} answers, and needs 2 to {MOST_OPTIONS}")
    return options


def of_integer(item: Node, where: str, wrong: Objections) -> list[Option]:
    """Return a row of numbers for a question that asks for a whole one within limits."""
    limits = [_extension(item, f"{HL7}{name}", where, wrong) for name in ("minValue", "maxValue")]
    low, high = (None if limit is None else whole_of(limit.get("valueInteger")) for limit in limits)
    if low is None or high is None or not 0 <= low < high < low + LONGEST_ROW:
        wrong.add(where, f"a number needs minValue and maxValue, at most {LONGEST_ROW} steps")
        return []
    return [Option(str(n), str(n), n, "integer") for n in range(low, high + 1)]


def value_sets(resource: Node, wrong: Objections) -> dict[str, Node]:
    """Return the value sets that the file contains, by their local names."""
    return {
        f"#{contained.get('id')}": contained
        for _where, contained in nodes_of(resource, "contained", "Questionnaire", wrong)
        if contained.get("resourceType") == "ValueSet"
    }


def _of_set(
    item: Node, sets: dict[str, Node], where: str, wrong: Objections
) -> list[Option | None]:
    name = item["answerValueSet"]
    if not isinstance(name, str) or name not in sets:
        wrong.add(where, f"its answers lie elsewhere ({name}): the file must contain the value set")
        return []
    found, place = sets[name], f"contained({name})"
    if "expansion" in found:
        expansion = node_of(found, "expansion", place, wrong)
        listed = nodes_of(expansion, "contains", f"{place}.expansion", wrong)
        for spot, one in listed:
            if one.get("contains") or one.get("abstract") or one.get("inactive"):
                wrong.add(spot, "answers in layers, abstract or inactive ones can't be shown")
        return [_of_coding(one, one, spot, wrong) for spot, one in listed]
    compose = node_of(found, "compose", place, wrong)
    if "exclude" in compose:
        wrong.add(f"{place}.compose.exclude", "a set that leaves answers out can't be shown")
    answers: list[Option | None] = []
    for spot, include in nodes_of(compose, "include", f"{place}.compose", wrong):
        if "filter" in include or "valueSet" in include or "concept" not in include:
            wrong.add(spot, "its answers are not listed: the file must list each one")
        system = {"system": include.get("system", "")}
        listed = nodes_of(include, "concept", spot, wrong)
        answers += [_of_coding(system | dict(one), one, at, wrong) for at, one in listed]
    return answers


def _of_option(option: Node, where: str, wrong: Objections) -> Option | None:
    if option.get("initialSelected"):
        wrong.add(where, "it is chosen in advance, and no answer is ever given for somebody")
    if "valueCoding" in option:
        coding = node_of(option, "valueCoding", where, wrong)
        return _of_coding(coding, option, f"{where}.valueCoding", wrong)
    number = whole_of(option.get("valueInteger"))
    if number is not None:
        score = _score(option, {}, where, wrong)
        return Option(str(number), str(number), number if score is None else score, "integer")
    text = text_of(option, "valueString", where, wrong)
    if text:
        return Option(text, text, _score(option, {}, where, wrong), "string")
    wrong.add(where, "an answer must be a valueCoding, a valueInteger or a valueString")
    return None


def _of_coding(coding: Node, beside: Node, where: str, wrong: Objections) -> Option | None:
    label = text_of(coding, "display", where, wrong)
    code = text_of(coding, "code", where, wrong) or label
    if not label:
        wrong.add(where, "it has no display, so there are no words to show")
        return None
    score = _score(coding, beside, where, wrong)
    return Option(code, label, score, "coding", text_of(coding, "system", where, wrong))


def _score(value: Node, beside: Node, where: str, wrong: Objections) -> int | None:
    """Return what an answer counts, wherever the file says so; None where it doesn't."""
    told = set()
    for node in (value, beside):
        for place, extension in nodes_of(node, "extension", where, wrong):
            if extension.get("url") in SCORES:
                number = whole_of(extension.get("valueDecimal", extension.get("valueInteger")))
                if number is None:
                    wrong.add(place, "what an answer counts must be a whole number")
                else:
                    told.add(number)
    if len(told) > 1:
        wrong.add(where, f"it counts {' and '.join(map(str, sorted(told)))} at once")
    return told.pop() if told else None


def _extension(node: Node, url: str, where: str, wrong: Objections) -> Node | None:
    listed = nodes_of(node, "extension", where, wrong)
    return next((one for _place, one in listed if one.get("url") == url), None)
