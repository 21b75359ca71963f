"""Record kinds and Today's cards."""

from dataclasses import replace

import pytest

from journal.web import cards, kinds

DREAM = kinds.Kind("test-dream", "journal", dict, "dreams/_record.html")
CARD = cards.Card("test-dream", 5, lambda db, keyring, now: {}, "dreams/_card.html")


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(cards, "_cards", {})


def test_a_kind_is_found_by_its_name_and_may_be_registered_by_every_app():
    kinds.register(DREAM)
    kinds.register(DREAM)
    assert kinds.kind("test-dream") is DREAM


def test_two_features_can_not_share_a_name():
    kinds.register(DREAM)
    cards.register(CARD)
    with pytest.raises(ValueError, match="test-dream"):
        kinds.register(replace(DREAM, scope="private"))
    with pytest.raises(ValueError, match="test-dream"):
        cards.register(replace(CARD, position=1))


def test_cards_stand_in_the_order_of_their_positions():
    late, early = replace(CARD, name="late", position=9), replace(CARD, name="early", position=1)
    for card in (late, early):
        cards.register(card)
    assert cards.cards() == [early, late]


def test_a_card_that_stands_alone_hides_all_but_what_is_urgent():
    there = {"rest": {}, "alone": {}, "urgent": {}, "calm": None}
    for name, facts in there.items():
        card = replace(
            CARD,
            name=name,
            partial=name,
            facts=lambda db, keyring, now, facts=facts: facts,
            alone=name == "alone",
            urgent=name in ("urgent", "calm"),
        )
        cards.register(card)

    def shown(**more):
        return [one.partial for one in cards.shown(None, None, None, **more)]

    assert shown() == ["urgent", "alone"]
    assert shown(whole=True) == ["rest", "urgent"]
