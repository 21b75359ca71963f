"""An entry: a title if there is one, words in Markdown kept as they were typed, own tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from journal.web.fields import LONGEST_TAG, MOST_TAGS, split_tags
from journal.web.forms import tidy_line, tidy_text
from journal.web.kinds import Kind

NAME = "entry"
PRIVATE, JOURNAL = "private", "journal"
SCOPES = (PRIVATE, JOURNAL)
LONGEST_TITLE = 200
LONGEST_BODY = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person wrote; when, for whom and under which id are the record's own facts."""

    title: str
    body: str
    tags: tuple[str, ...] = ()
    prompt: str = ""

    def dump(self) -> dict[str, Any]:
        """Return the content of its record; without a prompt it says nothing of one."""
        said = {"title": self.title, "body": self.body, "tags": list(self.tags)}
        return said | ({"prompt": self.prompt} if self.prompt else {})

    @classmethod
    def load(cls, content: Mapping[str, Any]) -> "Entry":
        """Read a record's content; what an older record lacks is empty."""
        return cls(
            content.get("title") or "",
            content.get("body") or "",
            tuple(content.get("tags") or ()),
            content.get("prompt") or "",
        )


def parse(fields: MultiDict[str, str]) -> dict[str, Any]:
    """Return the content that these form fields mean; raises ValueError with words to show."""
    entry = Entry(
        tidy_line(fields.get("title")) or "",
        tidy_text(fields.get("body")) or "",
        tuple(split_tags(fields.getlist("tags"))),
    )
    if not entry.body.strip():
        raise ValueError(_("Write something first, however short."))
    too_long = len(entry.title) > LONGEST_TITLE or len(entry.body) > LONGEST_BODY
    too_many = len(entry.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in entry.tags)
    if too_long or too_many:
        raise ValueError(_("This is more than one entry can hold."))
    return entry.dump()


def _title(content: Mapping[str, Any]) -> str:
    return content.get("title") or ""


KIND = Kind(NAME, PRIVATE, Entry.load, "entries/_record.html", parse, title=_title)
