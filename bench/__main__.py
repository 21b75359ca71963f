"""Measure everything in one run: `make bench`."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

from bench import clinic, granting, report, requests, revoking, serving
from bench.measured import Measured
from journal import clock


def main() -> None:
    """Run, print each number as it comes, write both files."""
    for name in [name for name in os.environ if name.startswith("JOURNAL_")]:
        del os.environ[name]
    # Read first: somebody may commit while this runs.
    at, measured, load = clock.now(), report.revision(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="journal-bench-") as folder:
        found = []
        for one in measures(Path(folder)):
            sys.stdout.write(f"{report.line(one)}\n")
            sys.stdout.flush()
            found.append(one)
    report.write(found, report.surroundings(at, measured, (load, os.getloadavg()[0])))


def measures(folder: Path) -> Iterator[Measured]:
    """Yield every measure; the log of the requests goes to a file, as it would to a journal."""
    with (folder / "log").open("w") as log, redirect_stderr(log):
        ours = clinic.make(folder, port=serving.free_port())
        yield from requests.all_of(ours)
        yield from granting.all_of(ours)
        yield from revoking.all_of(ours)
        yield from serving.all_of(ours)


if __name__ == "__main__":
    main()
