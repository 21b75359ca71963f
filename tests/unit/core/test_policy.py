"""Whether a reader may, as a table."""

from dataclasses import replace
from uuid import UUID

import pytest

from journal.core.policy import Allowed, Denied, decide_grant, decide_record
from journal.crypto.grant import ScopeTerm, Statement

JOURNAL, CARE = UUID(int=1), UUID(int=2)
SAID = Statement(
    grant=UUID(int=3),
    patient=UUID(int=4),
    reader=UUID(int=5),
    reader_fingerprint="0" * 64,
    key_check="1" * 64,
    scopes=(ScopeTerm("journal", JOURNAL, 2, "now", 50),),
    follows=True,
    purpose="integration-care",
    not_after=None,
    seq=3,
    status="live",
    made_at=50,
)


@pytest.mark.parametrize(
    ("status", "row_end", "said", "kept", "answer"),
    [
        ("live", None, SAID, 1, Allowed("live")),
        ("live", None, SAID, 3, Allowed("live")),
        ("live", None, SAID, 4, Denied("older statement")),
        ("ended", None, SAID, 1, Denied("ended")),
        ("expired", None, SAID, 1, Denied("ended")),
        ("", None, SAID, 1, Denied("ended")),
        ("live", None, replace(SAID, status="ended"), 1, Denied("ended")),
        ("live", 101, SAID, 1, Allowed("live")),
        ("live", 100, SAID, 1, Denied("expired")),
        ("live", None, replace(SAID, not_after=101), 1, Allowed("live")),
        ("live", None, replace(SAID, not_after=100), 1, Denied("expired")),
        ("live", 200, replace(SAID, not_after=99), 1, Denied("expired")),
        ("live", 99, replace(SAID, not_after=200), 1, Denied("expired")),
    ],
)
def test_whether_a_grant_is_alive(status, row_end, said, kept, answer) -> None:
    found = decide_grant(
        status=status, row_not_after=row_end, statement=said, kept_seq=kept, now=100
    )
    assert found == answer


@pytest.mark.parametrize(
    ("scope", "stratum", "singly", "answer"),
    [
        (JOURNAL, 1, False, Denied("not covered")),
        (JOURNAL, 2, False, Allowed("scope")),
        (JOURNAL, 3, True, Allowed("scope")),
        (JOURNAL, 1, True, Allowed("shared singly")),
        (CARE, 2, False, Denied("not covered")),
        (CARE, 2, True, Allowed("shared singly")),
    ],
)
def test_whether_it_covers_a_record(scope, stratum, singly, answer) -> None:
    found = decide_record(SAID, scope_id=scope, stratum=stratum, shared_singly=singly)
    assert found == answer
