"""The one door to a record: write it, open it as its owner or as a reader, erase it."""

from journal.core.bin import remove, restore
from journal.core.opened import Opened, Page
from journal.core.owning import edit, erase, open_as_owner, write
from journal.core.revealing import list_as_reader, open_as_reader
from journal.core.scanning import newest_as_owner, scan_as_owner

__all__ = [
    "Opened",
    "Page",
    "edit",
    "erase",
    "list_as_reader",
    "newest_as_owner",
    "open_as_owner",
    "open_as_reader",
    "remove",
    "restore",
    "scan_as_owner",
    "write",
]
