"""Insights, practices and what came of them."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO

from tests.people import PASSWORD
from tests.visitors import read


def main_of(answer):
    return answer.text.partition("<main")[2].partition("</main>")[0]


def begin(ana, begins="2026-11-22", **more):
    """Ana keeps an insight and takes something up because of it: the paths of both."""
    insight = ana.arrive("/insights/new", words="I may be slow.", **more)
    where = f"/practices/new?insight={insight[-36:]}"
    return insight, ana.arrive(where, words="Walk to work", often="each day", begins=begins, **more)


def test_an_insight_leads_to_a_practice_that_is_looked_back_at(town, later):
    ana = town.ana
    insight, practice = begin(ana)
    page = main_of(ana.get("/insights"))
    assert page.index("I may be slow.") < page.index("Walk to work")
    assert "What became of it?" not in main_of(ana.get("/today"))
    ana = later(days=7)
    [look] = re.findall(r'href="(/revisits/new[^"]*)"', main_of(ana.get("/today")))
    assert "Walk to work" in main_of(ana.get(look.replace("&amp;", "&")))
    ana.arrive(look.replace("&amp;", "&"), outcome="kept", words="It is mine.")
    assert "/revisits/new" not in main_of(ana.get("/today"))
    assert "after=30" in main_of(later(days=23).get("/today"))
    ana = later(days=60)
    look = f"/revisits/new?practice={practice[-36:]}&after=90"
    ana.arrive(look, outcome="let-go")
    assert "/revisits/new" not in main_of(ana.get("/today"))
    over_time = main_of(ana.get("/insights/course"))
    assert over_time.index("It is mine.") < over_time.rindex("Walk to work")
    assert insight[-36:] in over_time


def test_a_practice_that_is_let_go_is_not_asked_about_again(town, later):
    _insight, practice = begin(town.ana)
    where = f"/revisits/new?practice={practice[-36:]}&after=7"
    town.ana.arrive(where, outcome="let-go")
    assert "/revisits/new" not in main_of(later(days=31).get("/today"))


def test_moving_the_first_day_moves_what_is_asked_and_deleting_ends_it(town, later):
    _insight, practice = begin(town.ana)
    edit = f"{practice}/edit"
    town.ana.arrive(edit, begins="2026-11-25")
    ana = later(days=7)
    assert "/revisits/new" not in main_of(ana.get("/today"))
    ana.arrive(edit, begins="2026-11-20")
    assert "after=7" in main_of(ana.get("/today"))
    ana.post(f"{practice}/deletion")
    assert "/revisits/new" not in main_of(ana.get("/today"))
    ana.post(f"{practice}/restoration")
    assert "after=7" in main_of(ana.get("/today"))


def test_two_versions_meet_and_neither_is_lost(town):
    insight = town.ana.arrive("/insights/new", words="first")
    edit = f"{insight}/edit"
    assert town.ana.post(edit, words="second", version=1).status_code == 303
    answer = town.ana.post(edit, words="other words", version=1)
    assert answer.status_code == 409
    assert "second" in answer.text
    assert "other words" in answer.text
    assert town.ana.post(edit, words="other words", version=2).status_code == 303


def test_sent_twice_it_is_kept_once(town):
    form = town.ana.page("/insights/new").form("/insights/new")
    sent = [town.ana.client.post("/insights/new", data=form.filled(words="once")) for _ in "12"]
    assert sent[0].location == sent[1].location
    assert main_of(town.ana.get("/insights")).count("once") == 1


def test_what_is_typed_into_one_that_was_deleted_is_given_back(town):
    insight = town.ana.arrive("/insights/new", words="first")
    form = town.ana.page(f"{insight}/edit").form(f"{insight}/edit")
    town.ana.post(f"{insight}/deletion")
    late = town.ana.client.post(form.action, data=form.filled(words="typed too late"))
    assert late.status_code == 409
    again = read(late).form("/insights/new").filled()
    kept = town.ana.client.post("/insights/new", data=again)
    assert kept.location != insight
    assert "typed too late" in main_of(town.ana.get(kept.location))


def test_an_insight_begins_with_an_entrys_words_and_leaves_the_entry_alone(town):
    where = f"/insights/new?entry={town['private']}"
    assert "lanternfish" in main_of(town.ana.get(where))
    insight = town.ana.arrive(where, words="mine alone")
    assert f"/entries/{town['private']}" in main_of(town.ana.get(insight))
    assert "lanternfish" in town.ana.get(f"/entries/{town['private']}").text
    assert "lanternfish" not in town.otto.get(where).text


def test_each_is_shared_by_itself_or_with_the_course(town):
    ana, grant = town.ana, town["grant"]
    insight, practice = begin(ana)
    seen = f"/patients/{grant}/records/{insight[-36:]}"
    assert town.tess.get(seen).status_code == 404
    ana.arrive(insight, f"{insight}/shares", grant=grant)
    assert "I may be slow." in town.tess.get(seen).text
    assert (
        "I may be slow." in town.ana.get(f"/sharing/{grant}/preview/records/{insight[-36:]}").text
    )
    assert town.tess.get(f"/patients/{grant}/records/{practice[-36:]}").status_code == 404
    ana.post(f"{insight}/shares/{grant}/revocation")
    assert town.tess.get(seen).status_code == 404
    both = ["journal", "check-ins", "care"]
    ana.post(f"/sharing/{grant}", scopes=both, since="everything", password=PASSWORD)
    ana.arrive(f"{practice}/edit", audience="care")
    assert "Walk to work" in town.tess.get(f"/patients/{grant}/shared/care").text
    assert "I may be slow." not in town.tess.get(f"/patients/{grant}/shared/care").text


def test_the_export_holds_every_kind(town):
    _insight, practice = begin(town.ana)
    town.ana.arrive(f"/revisits/new?practice={practice[-36:]}&after=7", outcome="kept")
    town.ana.arrive("/after-effects/new", apart="1")
    answer = town.ana.submit("/account/export", password=PASSWORD)
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        found = [name for name in archive.namelist() if name.startswith("integration/")]
        kinds = {json.loads(archive.read(name))["kind"] for name in found}
    assert kinds == {"insight", "practice", "revisit", "after-effects"}
