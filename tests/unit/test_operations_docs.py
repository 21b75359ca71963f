"""What docs/operations.md and deploy/ promise Otto is what the code does."""

import re
import shlex
from pathlib import Path

import pytest
from flask import Flask
from pydantic_core import PydanticUndefined

from journal import config
from journal.config import ROOT, Settings
from journal.web import metrics

DOCS = (ROOT / "docs" / "operations.md").read_text()
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
# Their defaults follow from other settings, so the table has them in words.
DERIVED = {"instance_path", "database_url", "base_url", "site_key_file"}


def table(heading: str) -> list[list[str]]:
    """Return the rows of the first table below a heading, without its head."""
    below = DOCS.split(f"\n{heading}\n", 1)[1]
    rows = [line for line in below.split("\n#", 1)[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


def variable(field: str) -> str:
    """Return the environment's name for a field."""
    return "PORT" if field == "port" else f"JOURNAL_{field.upper()}"


def test_the_table_of_settings_has_every_setting_once() -> None:
    told = [row[0].strip("`") for row in table("## Settings")]
    assert sorted(told) == sorted(
        variable(name) for name in Settings.model_fields.keys() - {"testing"}
    )


@pytest.mark.parametrize("field", sorted(Settings.model_fields.keys() - {"testing"}))
def test_the_table_tells_the_default_and_the_meaning(field: str) -> None:
    told = {row[0].strip("`"): row[1:] for row in table("## Settings")}
    default, meaning = told[variable(field)]
    assert len(meaning) > 10
    given = Settings.model_fields[field].default
    assert given is not PydanticUndefined
    if field not in DERIVED:
        assert default.startswith("empty" if given == "" else f"`{given}`")


def test_the_table_of_counts_has_every_count_and_its_labels() -> None:
    told = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in table("### Counts")}
    made = {}
    for one in vars(metrics).values():
        if hasattr(one, "_labelnames") and hasattr(one, "_name"):
            name = one._name + ("_total" if one._type == "counter" else "")
            made[name] = set(one._labelnames)
    assert told == made


def test_the_table_of_commands_has_every_command(app: Flask) -> None:
    told = {row[0].split("--app wsgi ")[1].strip("`").split()[0] for row in table("## Commands")}
    assert told == set(app.cli.commands)


def test_the_example_settings_start_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in shlex.split((ROOT / "deploy" / "settings.example").read_text(), comments=True):
        monkeypatch.setenv(*line.split("=", 1))
    settings = config.read()
    assert settings.secure
    assert settings.trusted_proxies == 1


def test_the_proxy_logs_no_address_and_no_referrer() -> None:
    [form] = re.findall(r"log_format afterglow '([^']+)';", NGINX)
    allowed = {"time_iso8601", "request_method", "status", "body_bytes_sent", "request_time"}
    assert set(re.findall(r"\$(\w+)", form)) == allowed
    levels = re.findall(r"error_log \S+ (\w+);", NGINX)
    assert levels == ["emerg", "emerg"]
    assert set(re.findall(r"access_log (.+);", NGINX)) == {
        "off",
        "/var/log/nginx/afterglow.access.log afterglow",
    }


def test_the_image_is_made_of_files_that_are_there_and_of_no_instance() -> None:
    lines = (ROOT / "deploy" / "Containerfile").read_text().splitlines()
    copied = [
        name for line in lines if re.match(r"COPY (?!--)", line) for name in line.split()[1:-1]
    ]
    assert copied
    assert [name for name in copied if not Path(ROOT, name).exists()] == []
    assert not {".", "instance"} & set(copied)
    assert "USER 10001" in lines
