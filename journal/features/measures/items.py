"""The items of a FHIR Questionnaire as ours; what can't be asked as it is meant is refused."""

from dataclasses import dataclass, field, replace
from typing import Any

from journal.features.measures import answers
from journal.features.measures.questionnaire import (
    Asked,
    Condition,
    Group,
    Item,
    Note,
    Option,
    Question,
    walk,
)
from journal.features.measures.reading import (
    Node,
    Objections,
    flag_of,
    nodes_of,
    text_of,
    whole_of,
)

MOST_ITEMS = 200
DEEPEST_GROUP = 5
LONGEST_LINK = 255
LOINC = "http://loinc.org"
NUMBERS = ("<", ">", "<=", ">=")
HIDDEN = "questionnaire-hidden"
COMPUTED = "sdc-questionnaire-calculatedExpression"
# Each changes what is asked, answered or offered, and nothing here would do what it says.
UNABLE = {
    "sdc-questionnaire-enableWhenExpression": "it is asked by a formula",
    "sdc-questionnaire-answerExpression": "its answers come from a formula",
    "sdc-questionnaire-answerOptionsToggleExpression": "its answers come from a formula",
    "sdc-questionnaire-candidateExpression": "its answers come from a formula",
    "sdc-questionnaire-initialExpression": "its answer is given in advance",
    "cqf-expression": "its words come from a formula",
    "cqf-calculatedValue": "its words come from a formula",
    "questionnaire-constraint": "a rule binds its answers to others",
    "targetConstraint": "a rule binds its answers to others",
    "questionnaire-unitOption": "it asks for a unit",
}


@dataclass
class Reader:
    """One file on its way; `left_out` tells what the person is not asked, and why."""

    sets: dict[str, Node]
    total_code: str
    wrong: Objections
    left_out: list[str] = field(default_factory=list)
    seen: dict[str, Question | None] = field(default_factory=dict)

    def items(self, node: Node, where: str, depth: int = 0) -> tuple[Item, ...]:
        """Return the items of a resource or a group."""
        if depth > DEEPEST_GROUP:
            self.wrong.add(where, f"groups lie more than {DEEPEST_GROUP} deep in each other")
            return ()
        listed = nodes_of(node, "item", where, self.wrong)
        found = [self._item(item, place, depth) for place, item in listed]
        return tuple(item for item in found if item is not None)

    def _item(self, node: Node, where: str, depth: int) -> Item | None:
        link_id = self._link_id(node, where)
        self._refuse_what_we_do_not_do(node, where)
        if why := self._not_asked(node, where):
            self.left_out.append(f"{link_id}: {why}")
            return None
        asked = self._asked(node, where)
        words = [text_of(node, name, where, self.wrong) for name in ("prefix", "text")]
        text, kind = " ".join(filter(None, words)), node.get("type")
        if kind == "group":
            return Group(link_id, text, self.items(node, where, depth + 1), asked)
        if node.get("item"):
            self.wrong.add(f"{where}.item", "a question inside a question can't be shown")
        if not text:
            self.wrong.add(f"{where}.text", "there are no words to show")
        if kind == "display":
            return Note(link_id, text, asked)
        return self._question(node, where, Question(link_id, text, (), asked=asked))

    def _question(self, node: Node, where: str, made: Question) -> Question:
        options: list[Option] = []
        if node.get("type") == "choice":
            options = answers.of_choice(node, self.sets, where, self.wrong)
        elif node.get("type") == "integer":
            options = answers.of_integer(node, where, self.wrong)
        else:
            kind = node.get("type")
            self.wrong.add(f"{where}.type", f"a question of the type {kind} can't be asked here")
        if flag_of(node, "repeats", where, self.wrong):
            self.wrong.add(f"{where}.repeats", "several answers to one question can't be given")
        if node.get("initial"):
            self.wrong.add(f"{where}.initial", "no answer is ever given for somebody")
        required = flag_of(node, "required", where, self.wrong)
        code = loinc_of(node, where, self.wrong)
        question = replace(made, options=tuple(options), required=required, code=code)
        self.seen[question.link_id] = question
        return question

    def _link_id(self, node: Node, where: str) -> str:
        link_id = text_of(node, "linkId", where, self.wrong)
        if not link_id or len(link_id) > LONGEST_LINK:
            self.wrong.add(f"{where}.linkId", "it is missing or too long")
        elif link_id in self.seen:
            self.wrong.add(f"{where}.linkId", f"{link_id} stands there twice")
        if len(self.seen) == MOST_ITEMS:
            self.wrong.add(where, f"there are more than {MOST_ITEMS} items")
        self.seen[link_id] = None
        return link_id

    def _refuse_what_we_do_not_do(self, node: Node, where: str) -> None:
        inside = [node, *(node.get(name) for name in ("_text", "_prefix"))]
        for one in inside:
            if isinstance(one, dict):
                for place, extension in nodes_of(one, "extension", where, self.wrong):
                    name = name_of(extension)
                    if name in UNABLE:
                        self.wrong.add(place, f"{UNABLE[name]} ({name})")

    def _not_asked(self, node: Node, where: str) -> str:
        for _place, extension in nodes_of(node, "extension", where, self.wrong):
            if name_of(extension) == HIDDEN and extension.get("valueBoolean") is True:
                return "hidden"
            if name_of(extension) == COMPUTED:
                return "computed, which is done here by our own rule"
        # Some files ask for the total like a question.
        if self.total_code and loinc_of(node, where, self.wrong) == self.total_code:
            return "the total, which is computed here by our own rule"
        return "read only" if flag_of(node, "readOnly", where, self.wrong) else ""

    def _asked(self, node: Node, where: str) -> Asked:
        listed = nodes_of(node, "enableWhen", where, self.wrong)
        behaviour = node.get("enableBehavior")
        if len(listed) > 1 and behaviour not in ("all", "any"):
            self.wrong.add(f"{where}.enableBehavior", "several conditions need all or any")
        found = [self._condition(one, place) for place, one in listed]
        kept = tuple(condition for condition in found if condition is not None)
        return Asked(kept, any_of=behaviour == "any")

    def _condition(self, node: Node, where: str) -> Condition | None:
        name, operator = node.get("question"), node.get("operator")
        question = self.seen.get(name) if isinstance(name, str) else None
        if question is None or not isinstance(name, str):
            self.wrong.add(f"{where}.question", f"{name} is no question that comes before this one")
            return None
        answer = _answer_of(node)
        if operator == "exists" and answer in ("true", "false"):
            return Condition(name, operator, answer)
        numbers = all(option.kind == "integer" for option in question.options)
        allowed = ("=", "!=", *(NUMBERS if numbers else ()))
        if operator not in allowed or question.option(answer) is None:
            self.wrong.add(where, f"this condition on {name} can't be checked")
            return None
        return Condition(name, str(operator), answer)


def name_of(extension: Node) -> str:
    """Return the last part of an extension's address."""
    return str(extension.get("url", "")).rpartition("/")[2]


def loinc_of(node: Node, where: str, wrong: Objections) -> str:
    """Return an item's or a resource's LOINC code, empty when it has none."""
    codes = {
        text_of(one, "code", place, wrong)
        for place, one in nodes_of(node, "code", where, wrong)
        if one.get("system") == LOINC
    }
    if len(codes) > 1:
        wrong.add(f"{where}.code", f"it has several LOINC codes: {', '.join(sorted(codes))}")
    return codes.pop() if len(codes) == 1 else ""


def conditional(items: tuple[Item, ...]) -> set[str]:
    """Return the link ids of what is not always asked, whatever lies in such a group included."""
    found: set[str] = set()
    for item in walk(items):
        inside = walk(item.items) if isinstance(item, Group) else iter(())
        if item.asked.conditions:
            found |= {item.link_id, *(one.link_id for one in inside)}
    return found


def _answer_of(node: Node) -> str:
    value: Any = next((node[name] for name in node if name.startswith("answer")), None)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return str(value.get("code") or value.get("display") or "")
    number = whole_of(value)
    return str(value) if number is None else str(number)
