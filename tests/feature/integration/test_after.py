"""Today after a session: one question first, relief each day, the check, and what it never says."""

from __future__ import annotations

import re


def main_of(answer):
    return answer.text.partition("<main")[2].partition("</main>")[0]


def due(visitor):
    return "/after-effects/new" in main_of(visitor.get("/today?whole=1"))


def test_today_is_one_question_answered_with_one_tap_and_can_be_skipped(soft):
    page = main_of(soft.ana.get("/today"))
    assert "How is it right now?" in page
    assert "What you wrote last" not in page
    [form] = [one for one in soft.ana.page("/today").forms if one.action == "/check-ins/new"]
    answer = soft.ana.client.post(form.action, data=form.filled(mood="7"))
    assert answer.location.endswith("/today")
    assert "Mood 7" in re.sub(r"<[^>]+>|\s+", " ", soft.ana.get("/check-ins").text).replace(
        "  ", " "
    )
    assert "What you wrote last" in main_of(soft.ana.get("/today?whole=1"))


def test_relief_is_asked_once_a_day_for_a_week_and_never_called_by_a_questionnaires_name(
    soft, later
):
    [form] = [one for one in soft.ana.page("/today?whole=1").forms if "relief" in one.action]
    answer = soft.ana.client.post(form.action, data=form.filled(**{"answer-1": "8"}))
    assert answer.location.endswith("/today")
    assert "/measures/relief/new" not in main_of(soft.ana.get("/today?whole=1"))
    ana = later(days=7)
    page = main_of(ana.get("/today"))
    assert 'action="/measures/relief/new"' in page
    assert "PHQ" not in page
    assert 'action="/measures/relief/new"' not in main_of(later(days=1).get("/today"))


def test_the_check_is_due_on_the_first_and_third_day_and_answered_once(soft, later):
    assert not due(soft.ana)
    ana = later(days=1)
    assert due(ana)
    assert "How is it right now?" not in main_of(ana.get("/today"))
    shown = ana.arrive("/after-effects/new", apart="1", note="a little floaty")
    assert not due(ana)
    assert "alert" not in main_of(ana.get(shown))
    ana = later(days=2)
    assert due(ana)
    assert not due(later(days=4))


def test_what_is_severe_or_worse_shows_help_in_the_answer_and_promises_nobody(town):
    for said in ({"unshared": "3"}, {"worse": "1"}):
        page = main_of(town.ana.get(town.ana.arrive("/after-effects/new", **said)))
        assert "/help-now" in page
        assert "nobody has been told" in page


def test_a_check_that_cannot_be_is_refused_with_what_was_typed(town):
    pairs = ({"upper": "120"}, {"upper": "80", "lower": "120"}, {"upper": "900", "lower": "80"})
    for said in ({}, *pairs, {"worse": "7"}):
        answer = town.ana.submit("/after-effects/new", **said)
        assert answer.status_code == 422, said
        assert all(f'value="{said[name]}"' in answer.text for name in said if name == "upper")


def test_a_check_kept_private_reaches_nobody(soft):
    shown = soft.ana.arrive("/after-effects/new", upper="131", lower="84", audience="private")
    assert "131 over 84 mmHg" in main_of(soft.ana.get(shown))
    assert "Only you can read this." in main_of(soft.ana.get(shown))
    seen = f"/patients/{soft['grant']}/records/{shown[-36:]}"
    assert soft.tess.get(seen).status_code == 404
