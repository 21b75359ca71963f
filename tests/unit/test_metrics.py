"""What the counts tell Otto, and what they can't: no label holds anything of a person."""

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from journal import cli
from journal.core import outbox
from journal.core.errors import Busy, Throttled
from journal.features.reminders.outcome import Outcome
from journal.web import argon_gate, errors, metrics
from journal.web.logging import METHODS
from journal.web.throttling import guarded
from tests.people import NOBODYS
from tests.unit.test_serving import Served, free_port

SEARCH = "a-quiet-heron"
LABELS = {"route", "method", "status", "job", "le", "channel", "outcome"}


def samples(text: str) -> list[tuple[str, dict[str, str], float]]:
    """Return every number as its name, its labels and its value."""
    families = text_string_to_metric_families(text)
    return [(one.name, one.labels, one.value) for family in families for one in family.samples]


def counted(name: str, **labels: str) -> float:
    """Return one number as it stands in this program, 0 before it was ever counted."""
    return metrics.ours.get_sample_value(name, labels) or 0


def test_labels_hold_routes_methods_classes_and_jobs_and_nothing_else(
    app: Flask, client: FlaskClient
) -> None:
    client.get(f"/entries/{NOBODYS}?q={SEARCH}")
    client.get(f"/invitations/{SEARCH}")
    client.get(f"/{SEARCH}/{NOBODYS}")
    client.open("/today", method=SEARCH.upper())
    client.post(f"/sharing/{NOBODYS}/revocation", data={"email": "ana@example.org"})
    app.test_cli_runner().invoke(args=["work", "--once"])
    text = metrics.text().decode()
    allowed = {
        "route": {rule.rule for rule in app.url_map.iter_rules()} | {"unmatched"},
        "method": METHODS | {"other"},
        "status": {"1xx", "2xx", "3xx", "4xx", "5xx"},
        "job": {job.name for job in cli.JOBS},
        "channel": {outbox.EMAIL, outbox.PUSH},
        "outcome": {outcome.value for outcome in Outcome},
        "le": {f"{edge:.1f}" if edge in (1, 5, 10) else str(edge) for edge in metrics.SECONDS}
        | {"+Inf"},
    }
    # Other tests of this run make routes and jobs of their own; ours are looked at alone.
    ours = [labels for name, labels, _ in samples(text) if name.startswith("journal_")]
    strange = {
        (label, value)
        for labels in ours
        for label, value in labels.items()
        if value not in allowed[label] and "/probe" not in value and label != "job"
    }
    assert {label for labels in ours for label in labels} <= LABELS
    assert strange == set()
    assert {"expire-consents"} <= {labels["job"] for labels in ours if "job" in labels}
    for word in (NOBODYS, SEARCH, "ana@example.org", "127.0.0.1"):
        assert word.casefold() not in text.casefold()


def test_an_answer_is_counted_by_its_route_and_class(client: FlaskClient) -> None:
    labels = {"route": "/entries/<uuid:record_id>", "method": "GET"}
    before = counted("journal_requests_total", status="3xx", **labels)
    client.get(f"/entries/{NOBODYS}")
    assert counted("journal_requests_total", status="3xx", **labels) == before + 1
    assert counted("journal_request_seconds_count", **labels) >= 1


def test_waiting_and_refused_passwords_are_counted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(argon_gate, "PATIENCE", 0.05)
    waits, refusals = "journal_password_wait_seconds_count", "journal_password_refusals_total"
    before = counted(waits), counted(refusals)
    gate = argon_gate.argon_gate
    with app.app_context(), gate(), gate(), pytest.raises(Busy), gate():
        pass
    assert (counted(waits), counted(refusals)) == (before[0] + 2, before[1] + 1)


def test_refused_guesses_are_counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, now: object) -> None:
        raise Throttled(60)

    monkeypatch.setattr("journal.core.throttle.check", refuse)
    before = counted("journal_throttled_total")
    with app.test_request_context(), pytest.raises(Throttled), guarded("ana"):
        pass
    assert counted("journal_throttled_total") == before + 1


def test_a_busy_database_is_counted(app: Flask) -> None:
    before = counted("journal_database_busy_total")
    with app.test_request_context():
        assert errors.database_busy(OperationalError("", {}, OSError())).status_code == 503
    assert counted("journal_database_busy_total") == before + 1


def test_jobs_tell_when_they_ran_and_that_they_failed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_db: object, *, now: object) -> None:
        raise RuntimeError

    fine = cli.JOBS[0]
    monkeypatch.setattr("journal.cli.JOBS", [fine, cli.Job("sweep-sessions", fail)])
    before = counted("journal_job_failures_total", job="sweep-sessions")
    app.test_cli_runner().invoke(args=["work", "--once"])
    assert counted("journal_job_failures_total", job="sweep-sessions") == before + 1
    assert counted("journal_job_last_run_timestamp_seconds", job=fine.name) > 0
    assert counted("journal_rotations_waiting") == 0


def test_the_pages_do_not_serve_the_counts(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A journal of two server programs whose counts are served beside it."""
    folder = tmp_path / "instance"
    folder.mkdir()
    bind = f"127.0.0.1:{free_port()}"
    ours = Served(folder, JOURNAL_WORKERS="2", JOURNAL_METRICS_BIND=bind)
    yield ours
    # Asked first: killed outright it would leave its folder in memory.
    ours.child.terminate()
    ours.child.wait(20)
    ours.end()


def answer(url: str) -> tuple[int, str]:
    """Return the status and the body of a page."""
    try:
        with urllib.request.urlopen(url) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_the_counts_of_every_program_are_added_up_on_an_address_of_their_own(
    served: Served,
) -> None:
    served.wait_until_healthy()
    metrics_at = f"http://{served.environment['JOURNAL_METRICS_BIND']}"
    pages_at = f"http://127.0.0.1:{served.port}"
    health = {"route": "/healthz", "method": "GET", "status": "2xx"}

    def healthy_answers() -> float:
        status, text = answer(f"{metrics_at}/metrics")
        assert status == 200
        numbers = {(name, tuple(sorted(of.items()))): n for name, of, n in samples(text)}
        return numbers["journal_requests_total", tuple(sorted(health.items()))]

    served.wait_for(f"{metrics_at}/metrics")
    before = healthy_answers()
    for _ in range(20):
        assert answer(f"{pages_at}/healthz")[0] == 200
    assert healthy_answers() == before + 20
    assert "journal_job_last_run_timestamp_seconds" in answer(f"{metrics_at}/metrics")[1]
    for path in ("/", "/sign-in", "/healthz", "/metrics/", "/today?q=/metrics"):
        assert answer(metrics_at + path) == (404, "")
    assert answer(f"{pages_at}/metrics")[0] == 404


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="the counts lie in memory there")
def test_the_counts_leave_nothing_behind(served: Served) -> None:
    served.wait_until_healthy()
    told = [Path(f"/proc/{one}/environ").read_text() for one in served.family()]
    found = re.search(r"PROMETHEUS_MULTIPROC_DIR=([^\0]+)", "".join(told))
    assert found is not None
    assert list(Path(found[1]).iterdir())
    served.child.terminate()
    served.child.wait(20)
    assert not Path(found[1]).exists()


def test_a_taken_address_for_the_counts_stops_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ours = Served(folder, JOURNAL_METRICS_BIND=f"127.0.0.1:{port}")
        assert ours.child.wait(20) == 1
    assert f"127.0.0.1 port {port}" in ours.said.read_text()
