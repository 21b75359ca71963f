"""Two short scales in our own words; nobody has validated them, and every page says so."""

from journal.features.measures.questionnaire import Option, Question, Questionnaire
from journal.features.measures.rules import RELIEF, STAYING, Rule

ZERO_TO_TEN = tuple(Option(str(n), str(n), n, "integer") for n in range(11))
AGREEMENT = tuple(
    Option(str(n), label, n, "integer")
    for n, label in enumerate(("Not at all", "A little", "Partly", "Mostly", "Very much"))
)


def make(rule: Rule, texts: tuple[str, ...], options: tuple[Option, ...]) -> Questionnaire:
    """Make a scale of ours; other words are another version, told by its hash."""
    questions = tuple(
        Question(f"{rule.id}-{n}", text, options, required=len(texts) == 1)
        for n, text in enumerate(texts, 1)
    )
    scored = tuple(question.link_id for question in questions)
    return Questionnaire(rule.id, rule.name, "1", "en", "", questions, scored)


RELIEF_TODAY = make(
    RELIEF,
    ("How much lighter is it today than before your treatment? 0 is not at all, 10 is all of it.",),
    ZERO_TO_TEN,
)
WHAT_STAYS = make(
    STAYING,
    (
        "I can say what my sessions have shown me.",
        "In the last days I did something because of it.",
        "When it was hard, I could be on my own side.",
        "I felt close to somebody or to something.",
    ),
    AGREEMENT,
)
OWN = {made.instrument: made for made in (RELIEF_TODAY, WHAT_STAYS)}
