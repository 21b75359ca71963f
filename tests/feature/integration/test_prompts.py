"""Prompts: for the day, another one, none; and what Tess gives Ana."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

from journal.features.integration.prompts import all_prompts

TEXTS = {one.text: one for one in all_prompts().values()}


def today(visitor):
    return unescape(visitor.get("/today?whole=1").text)


def shown(visitor):
    """The one prompt of the file that Today shows, "" for none."""
    page = today(visitor)
    [*found] = [text for text in TEXTS if text in page]
    assert len(found) < 2
    return found[0] if found else ""


def test_it_stays_all_day_changes_on_the_next_and_never_comes_twice_too_soon(town, later):
    first = shown(town.ana)
    assert TEXTS[first].phase == "preparation"
    assert shown(town.ana) == first
    ana = later(days=1)
    seen = [first, shown(ana)]
    of_phase = sum(one.phase == "preparation" for one in TEXTS.values())
    while len(seen) < of_phase:
        ana.post("/prompts/another")
        seen.append(shown(ana))
    assert len(set(seen)) == of_phase


def test_none_today_is_an_answer_and_who_stands_nowhere_is_asked_nothing(town, later):
    town.ana.post("/prompts/none")
    assert shown(town.ana) == ""
    assert shown(later(days=1)) != ""
    assert shown(town.otto) == ""
    assert (
        "prompt"
        not in town.otto.get("/entries/new").text.partition("<main")[2].partition("<form")[0]
    )


def test_its_words_stand_above_the_text_and_not_in_it(town):
    [prompt] = [one for one in TEXTS.values() if one.text == shown(town.ana)]
    where = f"/entries/new?prompt={prompt.id}"
    assert prompt.text in unescape(town.ana.get(where).text)
    form = town.ana.page(where).form("/entries/new")
    draft = dict(form.fields)
    town.ana.post(f"/drafts/{draft['client_id']}", body="Well,", prompt=prompt.id)
    resumed = town.ana.page(f"/entries/new?draft={draft['client_id']}")
    assert prompt.text in resumed.text
    kept = town.ana.client.post("/entries/new", data=form.filled(body="Well, no.")).location
    assert prompt.text in unescape(town.ana.get(kept).text)
    assert ("body", "Well, no.") in town.ana.page(f"{kept}/edit").form(f"{kept}/edit").fields
    town.ana.post(f"{kept}/edit", body="Well, yes.", version=1)
    assert prompt.text in unescape(town.ana.get(kept).text)


def test_a_prompt_that_is_none_is_no_prompt(town):
    kept = town.ana.arrive("/entries/new?prompt=<script>", body="plain")
    assert 'class="prompt"' not in town.ana.get(kept).text


def test_what_tess_gives_stands_on_anas_today_until_it_is_put_away(town):
    where = f"/patients/{town['grant']}/assignments"
    town.tess.arrive(where, what="prompt", words="What did the walk do?")
    town.tess.arrive(where, what="practice", words="Ten minutes by the river")
    page = today(town.ana)
    assert "From Tess Hollowbrook" in page
    [given] = re.findall(r'href="(/entries/new\?prompt=given-\w+)"', page)
    assert "What did the walk do?" in town.ana.get(given).text
    kept = town.ana.arrive(given, body="It slowed me down.")
    assert "What did the walk do?" in town.ana.get(kept).text
    [taken] = re.findall(r'href="(/practices/new\?given=\w+)"', page)
    assert "Ten minutes by the river" in town.ana.get(taken).text
    away = re.findall(r'name="given" value="(\w+)"', page)
    town.ana.post("/prompts/put-away", given=away[0])
    assert len(re.findall(r'name="given"', today(town.ana))) == 1
    for form in [one for one in town.tess.page(where).forms if "withdrawal" in one.action]:
        assert town.tess.post(form.action).status_code == 303
    assert "From Tess" not in today(town.ana)
    assert town.tess.submit(where, words="").status_code == 422
    once = {"what": "prompt", "client_id": str(uuid4())}
    assert town.tess.submit(where, words="One thing", **once).status_code == 303
    assert town.tess.submit(where, words="Another thing", **once).status_code == 409
    assert town.theo.get(where).status_code == 404
