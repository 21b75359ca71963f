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
    "not-genuine", "other-patient", "other-key", "twice", "missing", "unlinked", "widened"
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
    for one in found:
        told, first = one.receipt.told, (ours or found)[0].receipt
        if told.patient != first.told.patient:
            problems.append(Problem("other-patient", one.name, told.n))
        elif one.receipt.root_public != first.root_public:
            problems.append(Problem("other-key", one.name, told.n))
        elif ours and one.receipt == ours[-1].receipt:
            continue  # a second copy of the same receipt
        else:
            ours.append(one)
    problems += [*_breaks(ours), *_widened(ours)]
    return Chain(tuple(one.receipt for one in ours), tuple(problems))


def _breaks(ours: list[Named]) -> Iterator[Problem]:
    due, link = 1, chain.GENESIS
    for name, receipt in ours:
        told = receipt.told
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
