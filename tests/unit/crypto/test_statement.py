"""Statements: what the root signed holds; a session can only take away."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.crypto import canonical, primitives
from journal.crypto.certificate import certify
from journal.crypto.errors import BadFormat, BadSignature
from journal.crypto.grant import (
    ScopeTerm,
    SignedStatement,
    Statement,
    sign_statement,
    verify_statements,
)
from journal.crypto.primitives import signing_public

from .changes import refuses_every_change

ROOT, SESSION = bytes(range(32)), b"s" * 32
ROOT_PUBLIC = signing_public(ROOT)
ANA, TESS, THEO = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = 1_000_000
CERTIFICATE = certify(
    ROOT,
    account=ANA,
    session_public=signing_public(SESSION),
    not_before=NOW - 10,
    not_after=NOW + 10,
)
CHECK_INS = ScopeTerm("check-ins", UUID(int=10), 1, "everything", NOW)
JOURNAL = ScopeTerm("journal", UUID(int=11), 4, "now", NOW)
MEASURES = ScopeTerm("measures", UUID(int=12), 1, "now", NOW)
FIRST = Statement(
    grant=UUID(int=5),
    patient=ANA,
    reader=TESS,
    reader_fingerprint="ab" * 32,
    key_check="cd" * 32,
    scopes=(CHECK_INS, JOURNAL),
    follows=True,
    purpose="therapy",
    not_after=NOW + 1000,
    seq=1,
    status="live",
    made_at=NOW,
)


def by_root(statement: Statement) -> SignedStatement:
    return sign_statement(statement, seed=ROOT)


def by_session(statement: Statement) -> SignedStatement:
    return sign_statement(statement, seed=SESSION, certificate=CERTIFICATE)


def verify(*signed: SignedStatement) -> Statement:
    return verify_statements(signed, ROOT_PUBLIC, ANA)


def refused(*signed: SignedStatement) -> None:
    with pytest.raises(BadSignature):
        verify(*signed)


def test_a_statement_signed_by_the_root_holds() -> None:
    assert verify(by_root(FIRST)) == FIRST


def test_no_statement_is_no_consent() -> None:
    refused()


def test_another_patients_statement_or_root_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify_statements([by_root(FIRST)], ROOT_PUBLIC, THEO)
    with pytest.raises(BadSignature):
        verify_statements([by_root(FIRST)], signing_public(SESSION), ANA)


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": (CHECK_INS,)},
        {"scopes": ()},
        {"scopes": (JOURNAL, CHECK_INS)},
        {"not_after": NOW + 999},
        {"follows": False},
        {"status": "ended"},
        {"status": "ended", "scopes": ()},
    ],
    ids=str,
)
def test_a_session_may_narrow_or_end(change: dict[str, Any]) -> None:
    second = replace(FIRST, seq=2, **change)
    assert verify(by_root(FIRST), by_session(second)) == second


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": (CHECK_INS, JOURNAL, MEASURES)},
        {"scopes": (MEASURES,)},
        {"scopes": (replace(JOURNAL, first_stratum=1),)},
        {"scopes": (replace(JOURNAL, first_stratum=5),)},
        {"scopes": (replace(JOURNAL, since="everything"),)},
        {"scopes": (replace(JOURNAL, scope_id=UUID(int=12)),)},
        {"scopes": (replace(JOURNAL, name="private"),)},
        {"scopes": (replace(JOURNAL, added_at=NOW - 1),)},
        {"not_after": NOW + 1001},
        {"not_after": None},
        {"purpose": "research"},
        {"grant": UUID(int=6)},
        {"patient": THEO},
        {"reader": THEO},
        {"reader_fingerprint": "ac" * 32},
        {"key_check": "ce" * 32},
        {"seq": 1},
        {"seq": 0},
    ],
    ids=str,
)
def test_a_session_never_widens(change: dict[str, Any]) -> None:
    refused(by_root(FIRST), by_session(replace(FIRST, **({"seq": 2} | change))))


def test_a_session_never_turns_on_what_follows() -> None:
    closed = replace(FIRST, follows=False)
    refused(by_root(closed), by_session(replace(closed, seq=2, follows=True)))


def test_a_session_may_set_an_end_where_there_was_none() -> None:
    endless = replace(FIRST, not_after=None)
    second = replace(endless, seq=2, not_after=NOW + 5)
    assert verify(by_root(endless), by_session(second)) == second


def test_a_session_never_begins_a_grant() -> None:
    refused(by_session(FIRST))


def test_what_was_taken_away_stays_away_until_the_root_signs() -> None:
    second = replace(FIRST, seq=2, scopes=(CHECK_INS,))
    third = replace(FIRST, seq=3)
    refused(by_root(FIRST), by_session(second), by_session(third))
    assert verify(by_root(FIRST), by_session(second), by_root(third)) == third


def test_the_root_may_widen_and_stands_alone() -> None:
    wider = replace(FIRST, seq=7, scopes=(CHECK_INS, JOURNAL, MEASURES), not_after=None)
    assert verify(by_root(FIRST), by_root(wider)) == wider
    assert verify(by_root(wider)) == wider


def test_the_root_may_not_change_the_grant_or_its_reader() -> None:
    changes: tuple[dict[str, Any], ...] = ({"grant": UUID(int=6)}, {"reader": THEO})
    for change in changes:
        refused(by_root(FIRST), by_root(replace(FIRST, seq=2, **change)))


def test_nothing_follows_the_end() -> None:
    ended = replace(FIRST, seq=2, status="ended")
    third = replace(FIRST, seq=3)
    refused(by_root(FIRST), by_session(ended), by_root(third))
    refused(by_root(FIRST), by_session(ended), by_session(replace(third, status="ended")))


def test_statements_out_of_order_or_twice_are_refused() -> None:
    second = replace(FIRST, seq=2)
    refused(by_root(second), by_root(FIRST))
    refused(by_root(FIRST), by_root(FIRST))


@pytest.mark.parametrize("made_at", [NOW - 11, NOW + 10])
def test_an_expired_certificate_signs_nothing(made_at: int) -> None:
    refused(by_root(FIRST), by_session(replace(FIRST, seq=2, made_at=made_at)))


def test_a_certificate_from_elsewhere_signs_nothing() -> None:
    for root, account in ((ROOT, THEO), (SESSION, ANA)):
        other = certify(
            root,
            account=account,
            session_public=signing_public(SESSION),
            not_before=NOW - 10,
            not_after=NOW + 10,
        )
        second = replace(FIRST, seq=2)
        refused(by_root(FIRST), sign_statement(second, seed=SESSION, certificate=other))


def test_a_signature_can_not_change_hands() -> None:
    """A session's signature is none by the root, and one statement's none of another."""
    second = replace(FIRST, seq=2)
    refused(replace(by_session(FIRST), certificate=b""))
    refused(by_root(FIRST), replace(by_root(second), certificate=CERTIFICATE))
    refused(replace(by_root(FIRST), statement=second))
    refused(by_root(FIRST), sign_statement(second, seed=THEO.bytes * 2, certificate=CERTIFICATE))


def test_a_certified_root_key_still_signs_only_as_what_it_is() -> None:
    own = certify(
        ROOT, account=ANA, session_public=ROOT_PUBLIC, not_before=NOW - 10, not_after=NOW + 10
    )
    refused(replace(by_root(FIRST), certificate=own))
    second = replace(FIRST, seq=2)
    refused(by_root(FIRST), replace(by_root(second), certificate=own))


@pytest.mark.parametrize("sign", [by_root, by_session], ids=["root", "session"])
def test_a_damaged_statement_never_holds(sign: Callable[[Statement], SignedStatement]) -> None:
    first = by_root(FIRST)
    encoded = sign(replace(FIRST, seq=2)).encode()

    def read(changed: bytes) -> Statement:
        return verify(first, SignedStatement.decode(changed))

    refuses_every_change(encoded, read)


def test_a_signed_statement_reads_back() -> None:
    for signed in (by_root(FIRST), by_session(FIRST)):
        assert SignedStatement.decode(signed.encode()) == signed


def test_a_statement_is_canonical_json_of_codes() -> None:
    document = FIRST.dumps()
    members = canonical.loads(document)
    assert members["format"] == "AG1 statement"
    assert members["scopes"][1] == {
        "added_at": NOW,
        "first_stratum": 4,
        "name": "journal",
        "scope_id": str(JOURNAL.scope_id),
        "since": "now",
    }
    assert Statement.loads(document) == FIRST
    assert FIRST.digest() == primitives.sha256(b"AG1 statement\0", document)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "For Ana Lindqvist"},
        {"purpose": ""},
        {"reader_fingerprint": "AB" * 32},
        {"key_check": "cd" * 31},
        {"status": "paused"},
        {"seq": -1},
        {"seq": True},
        {"not_after": -1},
        {"follows": 1},
        {"scopes": (CHECK_INS, CHECK_INS)},
        {"scopes": (CHECK_INS, replace(JOURNAL, scope_id=CHECK_INS.scope_id))},
        {"scopes": (replace(JOURNAL, name="My journal"),)},
        {"scopes": (replace(JOURNAL, since="later"),)},  # type: ignore[arg-type]
        {"scopes": (replace(JOURNAL, first_stratum=-1),)},
    ],
    ids=str,
)
def test_a_statement_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadFormat):
        replace(FIRST, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "AG2 statement"},
        {"extra": 1},
        {"grant": "{" + str(FIRST.grant) + "}"},
        {"grant": 5},
        {"scopes": "check-ins"},
        {"scopes": ["check-ins"]},
        {"scopes": [{}]},
        {"purpose": None},
        {"follows": None},
    ],
    ids=str,
)
def test_json_that_is_no_statement_is_refused(change: dict[str, Any]) -> None:
    members = canonical.loads(FIRST.dumps()) | change
    with pytest.raises(BadFormat):
        Statement.loads(canonical.dumps(members))


def test_a_statement_without_one_of_its_members_is_refused() -> None:
    members = canonical.loads(FIRST.dumps())
    for name in members:
        less = {key: value for key, value in members.items() if key != name}
        with pytest.raises(BadFormat):
            Statement.loads(canonical.dumps(less))
    for other in (b"[]", b"1", b'"statement"', b"null"):
        with pytest.raises(BadFormat):
            Statement.loads(other)


POOL = (
    CHECK_INS,
    JOURNAL,
    MEASURES,
    replace(JOURNAL, first_stratum=1),
    replace(CHECK_INS, since="now"),
)
choices = st.lists(st.sampled_from(POOL), unique_by=lambda term: term.name).map(tuple)
ends = st.none() | st.integers(NOW, NOW + 3)


@given(choices, choices, ends, ends, st.booleans(), st.booleans())
def test_a_session_takes_away_and_never_adds(
    before: tuple[ScopeTerm, ...],
    after: tuple[ScopeTerm, ...],
    before_end: int | None,
    after_end: int | None,
    followed: bool,
    follows: bool,
) -> None:
    first = replace(FIRST, scopes=before, not_after=before_end, follows=followed)
    second = replace(FIRST, scopes=after, not_after=after_end, follows=follows, seq=2)
    endless = NOW + 10**6
    narrower = (
        all(term in before for term in after)
        and (after_end or endless) <= (before_end or endless)
        and not (follows and not followed)
    )
    if narrower:
        assert verify(by_root(first), by_session(second)) == second
    else:
        refused(by_root(first), by_session(second))
