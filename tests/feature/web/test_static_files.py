"""Style sheet, script and pictures."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

ROOT = Path(__file__).resolve().parents[3]


def asset(app, name):
    return app.jinja_env.globals["asset"](name)


def test_the_style_sheet_is_one_file_with_its_layers_named_first(app, client):
    answer = client.get(asset(app, "app.css"))
    assert answer.text.startswith("@layer reset, base, components, features, utilities;")
    assert answer.mimetype == "text/css"


def test_the_script_starts_with_the_registry(app, client):
    answer = client.get(asset(app, "app.js"))
    assert answer.text.startswith('"use strict";\nconst afterglow = ')
    assert answer.mimetype == "text/javascript"


@pytest.mark.parametrize(
    ("accepted", "sent", "unpack"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("", None, bytes),
    ],
)
def test_each_browser_gets_the_coding_it_takes(app, client, accepted, sent, unpack):
    answer = client.get(asset(app, "app.css"), headers={"Accept-Encoding": accepted})
    plain = client.get(asset(app, "app.css")).data
    assert answer.headers.get("Content-Encoding") == sent
    assert unpack(answer.data) == plain
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_file_may_be_kept_for_ever_because_its_address_changes_with_it(app, client):
    path = asset(app, "app.css")
    answer = client.get(path)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    digest = path.split("/")[2]
    assert client.get(path.replace(digest, "0" * len(digest))).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/static/css/app.css",
        "/assets/x/../../wsgi.py",
        "/assets/0000/css/app.css",
        "/assets/0000/vendor/.made",
    ],
)
def test_nothing_else_of_the_folder_is_served(client, path):
    assert client.get(path).status_code == 404


def test_every_file_that_a_template_names_is_there(app):
    named = set()
    for template in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r"asset\(\"([^\"]+)\"\)", template.read_text()))
    assert named
    missing = [name for name in named if "missing" in asset(app, name)]
    assert missing == []


def test_search_engines_are_asked_to_stay_out(client):
    assert "Disallow: /" in client.get("/robots.txt").text
