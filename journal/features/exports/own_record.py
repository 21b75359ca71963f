"""A record as files: JSON that loses nothing, and Markdown for reading."""

import json
from datetime import datetime
from typing import Any

from journal.core.records import Opened

FORMAT = "afterglow record 1"
CHECK_IN = "check-in"
# Where records of a kind lie; a kind that is not here lies under its own name.
FOLDERS = {
    "entry": "entries",
    CHECK_IN: "check-ins",
    "draft": "drafts",
    "form": "unfinished",  # what was typed and not saved yet
    "measure": "measures",
    "medicine-session": "sessions",  # a patient's copies
    "session-record": "sessions",  # a therapist's own
    **dict.fromkeys(("insight", "practice", "revisit", "after-effects"), "integration"),
    **dict.fromkeys(("assignment", "assignment-record"), "assignments"),
    "course-step": "course",  # a patient's copies
    "step-record": "course",
    "measure-plan": "course",
    "measure-plan-record": "course",
    # A patient's answers and her copies of the sign-offs; a therapist's sign-offs and findings.
    **dict.fromkeys(
        ("screening", "assessment", "assessment-record", "assessment-findings"), "screening"
    ),
    **dict.fromkeys(("preparation", "intention"), "preparation"),
    **dict.fromkeys(("medication", "exposure", "body-check"), "medications"),
}
IN_MARKDOWN = ("entry", "draft")
SCORES = ("mood", "anxiety", "energy", "connection")
COLUMNS = ("day", "time", *SCORES, "sleep_hours", "tags", "note", "occurred_at", "id")


def folder(kind: str) -> str:
    """Return the folder for records of this kind, safe as a path whatever the kind is called."""
    safe = "".join(
        letter for letter in kind if letter.isascii() and (letter.isalnum() or letter == "-")
    )
    return FOLDERS.get(kind) or f"other/{safe or 'unnamed'}"


def as_json(record: Opened) -> bytes:
    """Return the record as JSON that `Opened` can be made from again."""
    return dump(
        {
            "format": FORMAT,
            "id": str(record.id),
            "kind": record.kind,
            "scope": record.scope,
            "version": record.version,
            "occurred_at": record.occurred_at.isoformat(),
            "written_at": record.written_at.isoformat(),
            "content": record.content,
        }
        | ({"returned": record.returned} if record.returned else {})
        | ({"phone": record.phone} if record.phone else {})
    )


def as_markdown(record: Opened) -> bytes:
    """Return the words exactly as they were typed, under front matter that is YAML."""
    matter = {
        "title": record.content.get("title") or "",
        "occurred_at": record.occurred_at.isoformat(),
        "written_at": record.written_at.isoformat(),
        "scope": record.scope,
        "tags": record.content.get("tags") or [],
        "id": str(record.id),
    }
    if record.returned:
        matter["given_back_by"] = record.returned["by"]
    # A JSON value is a YAML value, so no title can end the front matter.
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in matter.items()]
    text = "\n".join(["---", *lines, "---", "", str(record.content.get("body") or "")])
    return text.encode("utf-8", "replace")


def as_cells(record: Opened, local: datetime) -> list[object]:
    """Return a check-in's cells in the order of COLUMNS; local: its time in the person's zone."""
    content = record.content
    tags = ", ".join(map(str, content.get("tags") or ()))
    return [
        local.date().isoformat(),
        local.strftime("%H:%M"),
        *(content.get(score) for score in SCORES),
        content.get("sleep_hours"),
        tags,
        content.get("note"),
        record.occurred_at.isoformat(),
        record.id,
    ]


def dump(value: Any) -> bytes:
    """Return a value as readable UTF-8 JSON; half a surrogate pair stays as its escape."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace") + b"\n"
