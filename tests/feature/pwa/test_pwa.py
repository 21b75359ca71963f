"""What a device may keep: pages that are the same for everybody, files under their hash, no words.

Red when journal/features/pwa/routes.py: a page of somebody signed in is among those kept, or a
word of the manifest tells what the journal is for.
"""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest

from journal.features.pwa import worker
from tests.town import TYPED, Town
from tests.visitors import Page

STATIC = Path(__file__).parents[3] / "static"
SHELLS = ("/write", "/write/check-in", "/offline", "/safety-plan/kept")
TELLING = re.compile("ketamin|therap|mood|mental|depress|patient|clinic|psych|treat", re.IGNORECASE)


def kept_by(town: Town) -> list[str]:
    text = town.stranger.client.get("/sw.js").text
    return json.loads(text.partition("KEPT = ")[2].partition(";\n")[0])


def test_the_worker_keeps_only_files_and_pages_for_nobody(town: Town) -> None:
    kept = kept_by(town)
    assert {path for path in kept if not path.startswith("/assets/")} == {*SHELLS, "/help-now"}
    for path in kept:
        mine, anybodys = town.ana.get(path), town.stranger.get(path)
        assert mine.status_code == 200, path
        assert mine.data == anybodys.data, path
        assert "no-store" not in mine.headers["Cache-Control"], path
        assert not [word for word in TYPED.values() if word.encode() in mine.data], path
        assert "Set-Cookie" not in town.stranger.client.get(path).headers, path


@pytest.mark.parametrize("path", [*SHELLS, "/help-now"])
def test_a_kept_page_needs_nothing_that_is_not_kept(town: Town, path: str) -> None:
    kept, page = kept_by(town), Page(town.stranger.get(path).text)
    found = [
        tag.get("src") or tag.get("href") for name, tag in page.tags if name in ("script", "use")
    ]
    found += [tag["href"] for _, tag in page.tags if tag.get("rel") == "stylesheet"]
    assert {one.partition("#")[0] for one in found if one} <= set(kept)


def test_the_worker_is_asked_for_again_and_changes_with_any_page(town: Town) -> None:
    answer = town.stranger.client.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.text == town.ana.get("/sw.js").text
    assets = town.app.extensions["journal.assets"]
    one, other = ({"/write": page} for page in (b"one", b"other"))
    assert worker.script(assets, one) != worker.script(assets, other)
    assert worker.script(assets, one) == worker.script(assets, dict(one))


def test_the_worker_answers_no_post_and_puts_nothing_by_while_it_runs() -> None:
    """Red when a page that somebody just saw is put into a cache."""
    code = (STATIC / "sw.js").read_text(encoding="utf-8")
    assert ".put(" not in code
    assert code.count("addAll") == code.count(".addAll(fresh)") == 1


def test_the_manifest_names_nothing_that_tells(town: Town) -> None:
    answer = town.stranger.client.get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    assert not TELLING.search(answer.text)
    assert {one["url"] for one in answer.json["shortcuts"]} == {*SHELLS[:2], "/help-now"}
    assert {one["purpose"] for one in answer.json["icons"]} == {"any", "maskable"}
    for icon in answer.json["icons"]:
        drawn = town.stranger.get(icon["src"]).data
        width, height = struct.unpack(">II", drawn[16:24])
        assert icon["sizes"] == f"{width}x{height}"
    assert town.stranger.get("/apple-touch-icon.png").status_code == 200


@pytest.mark.parametrize("path", ["/write", "/write/check-in"])
def test_a_form_of_the_phone_puts_no_word_into_an_address(town: Town, path: str) -> None:
    [form] = [tag for name, tag in Page(town.stranger.get(path).text).tags if name == "form"]
    assert form["method"] == "dialog"
    assert "action" not in form


@pytest.mark.parametrize("path", ["/write", "/write/check-in"])
def test_who_writes_on_a_phone_of_anothers_is_told_whose_journal_it_goes_into(
    town: Town, path: str
) -> None:
    assert "into the journal of whoever set this phone up" in town.stranger.get(path).text


def test_only_the_pages_for_writing_load_the_bundle(town: Town) -> None:
    for path in ("/sign-in", "/help-now", "/offline"):
        assert "hpke" not in town.stranger.get(path).text
    for path in ("/today", "/entries/new", "/account/phone"):
        assert "hpke" not in town.ana.get(path).text
    assert "hpke" in town.stranger.get("/write").text
