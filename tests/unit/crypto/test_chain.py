"""A chain shows whatever was deleted, inserted, moved or changed."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.crypto import chain
from journal.crypto.chain import GENESIS, Link
from journal.crypto.errors import BadFormat, BadSignature


def linked(*payloads: bytes, namespace: str = "receipt") -> list[Link]:
    links, value = [], GENESIS
    for payload in payloads:
        value = chain.link(value, payload, namespace)
        links.append(Link(payload, namespace, value))
    return links


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_an_unbroken_chain_ends_at_its_head(payloads: list[bytes]) -> None:
    links = linked(*payloads)
    head = links[-1].value if links else GENESIS
    assert chain.verify(links, head=head) == head


def test_links_that_moved_went_or_came_are_noticed() -> None:
    links = linked(b"given", b"opened", b"narrowed", b"ended")
    head = links[-1].value
    for order in permutations(links):
        if list(order) != links:
            with pytest.raises(BadSignature):
                chain.verify(order, head=head)
    for place in range(len(links)):
        with pytest.raises(BadSignature):
            chain.verify(links[:place] + links[place + 1 :], head=head)
        with pytest.raises(BadSignature):
            chain.verify([*links[:place], links[place], *links[place:]], head=head)


def test_a_changed_link_is_noticed() -> None:
    links = linked(b"given", b"opened", b"ended")
    changes = ({"payload": b"closed"}, {"namespace": "event"}, {"value": bytes(32)}, {"value": b""})
    for place in range(len(links)):
        for change in changes:
            changed = [*links]
            changed[place] = links[place]._replace(**change)
            with pytest.raises(BadSignature):
                chain.verify(changed)


def test_only_the_head_shows_that_the_end_was_cut_off() -> None:
    links = linked(b"given", b"ended")
    assert chain.verify(links[:1]) == links[0].value
    with pytest.raises(BadSignature):
        chain.verify(links[:1], head=links[1].value)


def test_a_chain_may_go_on_from_a_known_link() -> None:
    links = linked(b"given", b"opened", b"ended")
    assert chain.verify(links[1:], start=links[0].value) == links[2].value
    with pytest.raises(BadSignature):
        chain.verify(links[1:])


def test_namespace_and_payload_can_not_run_together() -> None:
    assert chain.link(GENESIS, b"x", "ab") != chain.link(b"b" + bytes(31), b"\0x", "a")
    with pytest.raises(BadFormat):
        chain.link(b"", b"x", "ab")
