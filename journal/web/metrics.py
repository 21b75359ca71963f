"""Counts for Prometheus, on an address of their own: what was done how often, never by whom."""

import os
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6
from threading import Thread

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library reads it once, when it is imported
PATH = "/metrics"
PATIENCE = 10  # seconds that a reader may stay silent
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

ours = CollectorRegistry()
_requests = Counter(
    "journal_requests",
    "Answers, by the route's template, the method and the class of the status.",
    ("route", "method", "status"),
    registry=ours,
)
_request_seconds = Histogram(
    "journal_request_seconds",
    "From a request's arrival to its answer.",
    ("route", "method"),
    buckets=SECONDS,
    registry=ours,
)
password_wait_seconds = Histogram(
    "journal_password_wait_seconds",
    "How long a password waited for one of the machine's places to be stretched in.",
    buckets=SECONDS,
    registry=ours,
)
password_refusals = Counter(
    "journal_password_refusals",
    "Passwords that waited in vain and were told to come back.",
    registry=ours,
)
throttled = Counter(
    "journal_throttled", "Tries refused because too many had failed before.", registry=ours
)
database_busy = Counter(
    "journal_database_busy",
    "Requests answered 503 since the database was locked or away.",
    registry=ours,
)
reminders = Counter(
    "journal_reminders",
    "Reminders that the worker tried to send, by channel and what became of it.",
    ("channel", "outcome"),
    registry=ours,
)
_job_last_run = Gauge(
    "journal_job_last_run_timestamp_seconds",
    "When a job last came to its end without a failure, on this node.",
    ("job",),
    multiprocess_mode="mostrecent",
    registry=ours,
)
job_failures = Counter("journal_job_failures", "Jobs that failed.", ("job",), registry=ours)
rotations_waiting = Gauge(
    "journal_rotations_waiting",
    "Ended consents whose records wait for their patient's next sign-in to get new keys.",
    multiprocess_mode="mostrecent",
    registry=ours,
)


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer; route and method come from closed sets, never from the client's text."""
    _requests.labels(route, method, f"{status // 100}xx").inc()
    _request_seconds.labels(route, method).observe(seconds)


def job_ran(name: str, now: datetime) -> None:
    """Note that a job has done what was due."""
    _job_last_run.labels(name).set(now.timestamp())


def text() -> bytes:
    """Return everything counted by the programs that share the folder, or by this one alone."""
    registry = ours
    if SHARED_FOLDER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


class Page(BaseHTTPRequestHandler):
    """The one page of this server; whatever else is asked for is not here."""

    timeout = PATIENCE

    def do_GET(self) -> None:
        """Answer with the counts."""
        found = self.path.partition("?")[0] == PATH
        body = text() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", CONTENT_TYPE_LATEST)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Tell nobody which Python this is."""
        return "journal"

    def log_message(self, *_line: object) -> None:
        """Log nothing: the line would hold the reader's address."""


def serve(address: tuple[str, int]) -> ThreadingHTTPServer:
    """Serve the counts beside whatever else this program does; raises OSError."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = AF_INET6 if ":" in address[0] else AF_INET

    server = Server(address, Page)
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
