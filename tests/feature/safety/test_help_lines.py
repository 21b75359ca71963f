"""help-lines: Otto looks after the numbers on Help now, and never leaves it without any."""

from datetime import date

import pytest

from journal import create_app
from journal.features.safety.help_lines import FILE, SHIPPED, directory


@pytest.fixture
def run(app):
    """Otto runs one of the commands: its status and what it printed."""

    def command(*words, expect=0):
        result = app.test_cli_runner().invoke(args=["help-lines", *words])
        assert result.exit_code == expect, result.output
        return result.output

    return command


def test_until_otto_changes_one_the_shipped_lines_are_listed_as_never_tried(run, settings):
    listed = run("list")
    assert "US 988 crisis (call, text): never tried" in listed
    assert not (settings.instance_path / FILE).exists()
    assert not directory(settings.instance_path).own


def test_a_line_of_his_own_stands_on_the_page_at_once(run, client):
    run("add", "at", "0800 123 456", "--way", "call", "--way", "text", "--name", "Night line")
    page = client.get("/help-now").text
    assert "Austria" in page
    assert 'href="tel:0800123456"' in page
    assert 'href="sms:0800123456"' in page
    assert "Night line" in page
    assert 'href="tel:988"' in page


def test_verifying_a_line_says_the_day_on_the_page(run, client):
    assert "Verified on 2026-11-02: FR 3114" in run("verify", "fr", "3114", "--on", "2026-11-02")
    assert "2 November 2026" in client.get("/help-now").text
    assert "still to come" in run("verify", "FR", "3114", "--on", "2199-01-01", expect=1)
    assert "no such line" in run("verify", "FR", "999", expect=1)


def test_a_line_can_be_taken_off_but_never_the_last(run, settings):
    for code, line in directory(settings.instance_path).lines()[:-1]:
        run("remove", code, line.number)
    assert "helps nobody" in run("remove", "FR", "112", expect=1)
    assert [line.number for _, line in directory(settings.instance_path).lines()] == ["112"]


@pytest.mark.parametrize("words", [("Austria", "55501"), ("AT", "one four two"), ("AT", "14")])
def test_what_nobody_could_dial_is_refused_and_changes_nothing(run, settings, words):
    run("add", *words, expect=1)
    assert not (settings.instance_path / FILE).exists()


def test_a_spoilt_file_leaves_the_page_with_numbers_and_is_told(settings, capsys):
    (settings.instance_path / FILE).write_text("[")
    app = create_app(settings)
    assert "help-lines.json can't be read: run doctor" in capsys.readouterr().err
    assert 'href="tel:988"' in app.test_client().get("/help-now").text
    result = app.test_cli_runner().invoke(args=["help-lines", "add", "AT", "55501"])
    assert "mend or remove it" in result.output
    assert (settings.instance_path / FILE).read_text() == "["
    app.extensions["journal"].database.dispose()


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '[{"country": "US"}]', "[1]", "\xe9"])
def test_however_it_is_spoilt_the_shipped_lines_are_there(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="latin-1")
    found = directory(tmp_path)
    assert found.wrong
    assert "988" in {line.number for _, line in found.lines()}


def test_a_file_spoilt_while_serving_leaves_the_clinics_own_last_numbers(run, settings, client):
    run("add", "AT", "55501")
    assert 'href="tel:55501"' in client.get("/help-now").text
    (settings.instance_path / FILE).write_text("[")
    assert 'href="tel:55501"' in client.get("/help-now").text
    (settings.instance_path / FILE).unlink()
    assert 'href="tel:55501"' not in client.get("/help-now").text


def test_the_shipped_lines_claim_no_day(settings):
    assert SHIPPED.exists()
    days: list[date | None] = [
        line.verified_on for _, line in directory(settings.instance_path).lines()
    ]
    assert set(days) == {None}
