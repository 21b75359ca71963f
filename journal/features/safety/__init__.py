"""Help now, the safety plan, and the rules agreed in advance."""

import sys
from pathlib import Path

from flask import Flask
from flask_babel import lazy_gettext as _

from journal.features.safety import (
    answering,
    brief,
    desk_routes,
    help_lines,
    plan_queries,
    plan_routes,
    routes,
    rule,
    rule_queries,
    rule_routes,
    watching,
)
from journal.features.safety.plan import KIND, MANY, PARTIAL, PARTS, SCOPE, Plan
from journal.features.safety.rule import Answer, Rule
from journal.web import briefs, cards, copies, desk_sections, kinds, safety_rules, shared_pages

PLAN = kinds.Kind(KIND, SCOPE, Plan.load, PARTIAL, many=MANY)
ANSWER = kinds.Kind(rule.ANSWER, rule.ANSWERED_IN, Answer.load, rule.ANSWER_PARTIAL)
FLAG = kinds.Kind(rule.FLAG, rule.TOLD_FROM, dict, rule.FLAG_PARTIAL)
COPY = kinds.Kind(rule.KIND, rule.COPIED_TO, dict, rule.COPY_PARTIAL)
LETTER = copies.Copied(rule.KIND, Rule.read, answering.end_withdrawn)
APPLIED = cards.Card("safety-rule", 0, rule_queries.card, "safety/_applied.html", urgent=True)
PROPOSED = cards.Card(
    "safety-proposed", 2, answering.card, "safety/_proposed.html", part=cards.LINES
)
FLAGS = desk_sections.Section(
    "safety-flags", 0, rule_queries.unseen, "safety/_flags.html", urgent=True
)
RULES = desk_sections.Section("safety-rules", 60, rule_queries.link, "safety/_rules_link.html")
CARD = cards.Card("safety-plan", 70, plan_queries.card, "safety/_card.html", cards.COURSE)
SHARED = shared_pages.SharedPage(
    SCOPE,
    _("Safety plan"),
    _("The plan in the patient's own words. To suggest a change, talk about it."),
    _("No safety plan was shared yet."),
)


def register(app: Flask) -> None:
    """Add this feature to the app."""
    say_what_is_wrong(app.extensions["journal"].settings.instance_path)
    for kind in (PLAN, ANSWER, FLAG, COPY):
        kinds.register(kind)
    for card in (CARD, APPLIED, PROPOSED):
        cards.register(card)
    for section in (FLAGS, RULES):
        desk_sections.register(section)
    briefs.register(brief.PART)
    copies.register(LETTER)
    safety_rules.watch(watching.look)
    shared_pages.register(SHARED)
    app.jinja_env.globals["safety_plan"] = Plan.load
    app.jinja_env.globals["safety_parts"] = PARTS
    app.jinja_env.globals["safety_rule"] = Rule.read
    app.jinja_env.globals["safety_answer"] = Answer.load
    app.register_blueprint(routes.bp)
    app.register_blueprint(plan_routes.bp)
    app.register_blueprint(rule_routes.bp)
    app.register_blueprint(desk_routes.bp)


def say_what_is_wrong(instance: Path) -> None:
    """Tell the operator of a file that is not used: the page shows other numbers."""
    if help_lines.directory(instance).wrong:
        sys.stderr.write(f"Warning: {instance / help_lines.FILE} can't be read: run doctor\n")
