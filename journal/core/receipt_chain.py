"""A patient's receipts held against each other, away from any database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from journal.core import receipts
from journal.core.errors import NotGenuine
from journal.crypto import chain
from journal.crypto.errors import BadSignature
from journal.crypto.statement import verify_narrower

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from journal.core.receipts import Genuine
    from journal.crypto.statement import Statement

Kind = Literal[
    "not-genuine",
    "other-patient",
    "other-key",
    "new-key",
    "twice",
    "missing",
    "unlinked",
    "widened",
]


class Problem(NamedTuple):
    """What does not fit: in which file, "" for one that is not there, and at which number."""

    kind: Kind
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The receipts of one patient by their number, and whatever does not fit."""

    receipts: tuple[Genuine, ...]
    problems: tuple[Problem, ...]


class Named(NamedTuple):
    """A genuine receipt and the file that it came from."""

    name: str
    receipt: Genuine


def check(documents: Iterable[tuple[str, bytes]]) -> Chain:
    """Verify each of the named receipts, and that they follow each other from the first on.

    Those after a new start without the old keys rest on another key. That is told as a problem,
    since somebody else's would look the same, and they are checked on from there.

    Whether later ones were held back can't be told from them: the last link proves nothing.
    """
    problems: list[Problem] = []
    found: list[Named] = []
    for name, text in documents:
        try:
            found.append(Named(name, receipts.verify(text)))
        except NotGenuine:
            problems.append(Problem("not-genuine", name, 0))
    found.sort(key=lambda one: one.receipt.told.n)
    ours: list[Named] = []
    for at, one in enumerate(found):
        told, last = one.receipt.told, (ours[-1] if ours else found[0]).receipt
        if told.patient != last.told.patient:
            problems.append(Problem("other-patient", one.name, told.n))
        elif one.receipt.root_public != last.root_public:
            began = _begins_anew(one, ours, found[at:])
            problems.append(Problem("new-key" if began else "other-key", one.name, told.n))
            ours += [one] if began else []
        elif ours and one.receipt == ours[-1].receipt:
            continue  # a second copy of the same receipt
        else:
            ours.append(one)
    problems += [*_breaks(ours), *_widened(ours)]
    return Chain(tuple(one.receipt for one in ours), tuple(problems))


def _begins_anew(one: Named, ours: list[Named], rest: list[Named]) -> bool:
    """Whether this receipt comes after all of the keys before it, as one of a new start does."""
    before = {each.receipt.root_public for each in ours}
    return (
        one.receipt.root_public not in before
        and one.receipt.told.n > ours[-1].receipt.told.n
        and not any(each.receipt.root_public in before for each in rest)
    )


def _breaks(ours: list[Named]) -> Iterator[Problem]:
    due, link, root_public = 1, chain.GENESIS, ours[0].receipt.root_public if ours else b""
    for name, receipt in ours:
        told = receipt.told
        if receipt.root_public != root_public:
            # What was before it lay sealed: its link is over that, and nobody else can make it.
            root_public, link = receipt.root_public, bytes.fromhex(told.previous)
        if told.n < due:
            yield Problem("twice", name, told.n)
            continue
        yield from (Problem("missing", "", n) for n in range(due, told.n))
        # After a gap there is nothing to compare the first one with.
        if told.n == due and told.previous != link.hex():
            yield Problem("unlinked", name, told.n)
        due, link = told.n + 1, receipt.link


def _widened(ours: list[Named]) -> Iterator[Problem]:
    """What a session signed although it gives more than the statement before it."""
    before: dict[UUID, Statement] = {}
    for name, receipt in ours:
        signed, grant = receipt.told.statement, receipt.told.grant
        earlier, said = before.get(grant), signed.statement
        before[grant] = said
        if not signed.certificate or earlier is None or said.seq != earlier.seq + 1:
            continue
        try:
            verify_narrower(earlier, said)
        except BadSignature:
            yield Problem("widened", name, receipt.told.n)
