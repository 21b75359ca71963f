"""What people see when something is refused or breaks."""

import json

import pytest


def test_the_missing_page_is_the_same_for_everybody(ana, tess, stranger):
    answers = [
        ana.get("/no/such/page"),
        stranger.get("/no/such/page?q=1"),
        ana.get("/probe/problem/missing"),
        stranger.get("/probe/problem/missing"),
        ana.get("/probe/therapist"),
        tess.get("/probe/patient"),
        stranger.post("/no/such/page"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_a_throttled_answer_says_how_long_to_wait(stranger):
    answer = stranger.get("/probe/problem/throttled")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "90"
    assert "2 minutes" in answer.text


@pytest.mark.parametrize("problem", ["busy", "locked"])
def test_a_busy_machine_asks_for_patience(stranger, problem):
    answer = stranger.get(f"/probe/problem/{problem}")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_what_is_damaged_is_not_a_failure_of_the_server(stranger):
    assert stranger.get("/probe/problem/damaged").status_code == 409


def test_a_failure_shows_a_reference_that_the_log_knows(stranger, capsys):
    answer = stranger.get("/probe/problem/broken")
    log = capsys.readouterr().err
    failure = next(line for line in map(json.loads, log.splitlines()) if line["event"] == "failure")
    assert answer.status_code == 500
    assert failure["reference"] in answer.text
    assert failure["kinds"] == ["ValueError"]
    assert "heron" not in log + answer.text


def test_a_method_that_a_page_does_not_know_names_those_it_does(stranger):
    answer = stranger.post("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_megabyte_of_text_passes_and_nine_do_not(ana, csrf):
    text = "word " * 200_000
    fits = ana.post("/probe/patient", data={"csrf_token": csrf(ana), "body": text})
    assert fits.text == text
    large = ana.post("/probe/patient", data={"csrf_token": csrf(ana), "body": text * 9})
    assert large.status_code == 413


def test_an_error_without_a_page_of_its_own_keeps_its_status(stranger):
    assert stranger.get("/probe/problem/conflict").status_code == 409
