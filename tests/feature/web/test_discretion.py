"""What somebody looking over a shoulder sees."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[3] / "templates"
TITLE = re.compile(r"{% block title %}(.*?){% endblock %}", re.DOTALL)
TELLING = re.compile(r"ketamin|therap|mood|anxi|depress|psych|suicid|dose|medicine", re.IGNORECASE)
SOURCES = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_no_tabs_title_tells_what_this_is(path):
    titles = TITLE.findall(path.read_text(encoding="utf-8"))
    assert [title for title in titles if TELLING.search(title)] == []


def test_the_page_that_hide_leads_to_is_the_same_for_everybody(client):
    first = client.get("/quiet")
    client.set_cookie("session", "A" * 43, domain="127.0.0.1")
    assert first.status_code == 200
    assert client.get("/quiet").data == first.data
    assert "Set-Cookie" not in first.headers
    assert "Help now" not in first.text
