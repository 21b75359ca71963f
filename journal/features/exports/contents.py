"""What goes into an export, file after file; each step ends where the zip can be handed on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from journal.core.access_log import Event
from journal.core.errors import Damaged, NotFound
from journal.core.records import Opened
from journal.features.exports import own_record, readme, table
from journal.features.exports.archive import Archive
from journal.features.exports.queries import Own, Sizes
from journal.web import logging

FORMAT = "afterglow export 1"
CHUNK = 64 * 1024  # bytes
SHORT = 8  # letters of an id in a name
EVENT_COLUMNS = ("at", "event", "therapist", "genuine", "grant", "records")
Steps = Iterator[None]


@dataclass
class Export:
    """One export on its way; `closed` gathers what did not open, for the README."""

    own: Own
    archive: Archive
    words: readme.Words
    closed: list[str] = field(default_factory=list)

    def stream(self) -> Iterator[bytes]:
        """Yield the zip in pieces. One that ends too early says so, or opens nowhere."""
        try:
            for _ in self._everything():
                if len(self.archive.sink) >= CHUNK:
                    yield self.archive.sink.take()
        except Exception as error:  # noqa: BLE001 - the status has left: only a file can tell
            logging.failure(error)
            self.archive.put("ERROR.txt", self.own.now, readme.error_text(self.words))
        about = readme.text(self.words, self.closed)
        self.archive.put("README.txt", self.own.now, about)
        self.archive.finish()
        yield self.archive.sink.take()

    def _everything(self) -> Steps:
        yield from self._patients() if self.own.keyring.role == "patient" else self._therapists()
        about = {"format": FORMAT, "exported_at": self.own.now.isoformat()}
        self._put_whole("profile.json", lambda: about | self.own.profile())
        yield

    def _patients(self) -> Steps:
        check_ins: Sizes = []
        yield from self._records(check_ins)
        yield from self._table_of_check_ins(check_ins)
        yield from self._receipts()
        yield from self._access_log()
        self._put_whole("sharing.json", self._sharing)

    def _therapists(self) -> Steps:
        yield from self._records([])
        self._put_whole("patients.json", self.own.patients)
        self._put_whole("invitations.json", self.own.invitations)
        yield

    def _records(self, check_ins: Sizes) -> Steps:
        """Write each record's files, and gather the check-ins for their table."""
        sizes = self.own.record_sizes()
        weights = dict(sizes)
        for record in self.own.opened(sizes):
            if not record.readable:
                self.closed.append(f"record {record.id} ({record.scope or '?'})")
                continue
            if record.kind == own_record.CHECK_IN:
                check_ins.append((record.id, weights[record.id]))
            name = self._name(record)
            self.archive.put(f"{name}.json", record.occurred_at, own_record.as_json(record))
            for ending, document in self.own.documents(record).items():
                path = f"fhir/{name}.{ending}.json"
                self.archive.put(path, record.occurred_at, own_record.dump(document))
            if record.kind in own_record.IN_MARKDOWN:
                self.archive.put(f"{name}.md", record.occurred_at, own_record.as_markdown(record))
            yield

    def _table_of_check_ins(self, check_ins: Sizes) -> Steps:
        # Opened a second time: a zip takes one file at a time, and the rows are too many to keep.
        with self.archive.growing("check-ins.csv", self.own.now) as file:
            file.write(table.BOM + table.row(own_record.COLUMNS))
            for record in self.own.opened(check_ins):
                if record.readable:
                    local = self.archive.local(record.occurred_at)
                    file.write(table.row(own_record.as_cells(record, local)))
                yield

    def _receipts(self) -> Steps:
        for n, receipt_id in self.own.receipt_ids():
            path = f"receipts/{n:04}-{str(receipt_id)[:SHORT]}.json"
            try:
                document = self.own.receipt(receipt_id)
            except Damaged:
                self.closed.append(f"receipt {receipt_id}")
                continue
            self.archive.put(path, self.own.now, document)
            yield

    def _access_log(self) -> Steps:
        try:
            events = self.own.events()
        except Damaged:
            self.closed.append("access-log.csv, access-log.json")
            return
        with self.archive.growing("access-log.csv", self.own.now) as file:
            file.write(table.BOM + table.row(EVENT_COLUMNS))
            for event in events:
                file.write(table.row(_cells(event)))
                yield
        with self.archive.growing("access-log.json", self.own.now) as file:
            file.write(b"[")
            for at, event in enumerate(events):
                file.write(b",\n" if at else b"\n")
                file.write(own_record.dump(_members(event)).rstrip())
                yield
            file.write(b"\n]\n")

    def _sharing(self) -> list[dict[str, Any]]:
        shown = self.own.sharing()
        opened = {one["grant"] for one in shown}
        closed = [str(found) for found in self.own.grant_ids() if str(found) not in opened]
        self.closed.extend(f"consent {grant_id}" for grant_id in closed)
        return shown

    def _put_whole(self, path: str, ask: Callable[[], Any]) -> None:
        try:
            value = ask()
        except (Damaged, NotFound):
            self.closed.append(path)
            return
        self.archive.put(path, self.own.now, own_record.dump(value))

    def _name(self, record: Opened) -> str:
        """Return a record's path without its ending, unlike every other's."""
        day = self.archive.local(record.occurred_at).date().isoformat()
        start = f"{own_record.folder(record.kind)}/{day}"
        short = f"{start}-{str(record.id)[:SHORT]}"
        return f"{start}-{record.id}" if self.archive.holds(f"{short}.json") else short


def _members(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "event": event.name,
        "therapist": event.reader_name,
        "genuine": event.genuine,
        "grant": str(event.grant_id),
        "records": [str(record_id) for record_id in event.records],
    }


def _cells(event: Event) -> list[object]:
    members = _members(event)
    genuine, records = "yes" if event.genuine else "no", " ".join(members["records"])
    return [members["at"], event.name, event.reader_name, genuine, members["grant"], records]
