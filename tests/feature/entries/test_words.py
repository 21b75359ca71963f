"""Finding words in words, whatever letters they are written in."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.core.sealing import Body
from journal.crypto import envelope
from journal.features.entries import words


@given(st.text(max_size=300), st.text(min_size=1, max_size=20))
def test_marking_changes_no_letter(text, query):
    pieces = words.marked(text, words.split(query))
    assert "".join(piece.text for piece in pieces) == text


@given(st.text(max_size=100), st.text(max_size=100))
def test_letters_fold_by_themselves(before, after):
    assert words.fold(before + after) == words.fold(before) + words.fold(after)


@given(st.text(min_size=1, max_size=80))
def test_every_text_holds_its_own_words(text):
    assert words.contains(text, words.split(text))


ODD = st.text(st.sampled_from('aA"\\\n\0\x1f/uU0\uff02\uff3cé́\xad\u212a\udc80😀 ßſ'), max_size=12)
texts = st.one_of(st.text(max_size=60), ODD)


@given(texts, texts, st.lists(texts, max_size=3), texts)
def test_a_record_is_never_turned_away_that_holds_the_words(title, body, tags, query):
    asked = words.split(query)
    text = "\n".join((title, body, *tags))
    if asked and words.contains(text, asked):
        assert passes(asked, {"title": title, "body": body, "tags": tags})


@given(texts, texts)
def test_every_piece_of_a_text_passes_for_it(before, after):
    for query in (before, after, before[-3:] + after[:3]):
        asked = words.split(query)
        assert passes(asked, {"title": "", "body": before + after, "tags": []})


def test_a_record_without_the_word_is_turned_away():
    for body in ("plain words", "schöne Wörter"):
        assert not passes(("heron",), {"body": body})
        assert not passes(("plain" if "ö" in body else "schone",), {"body": body})


def passes(asked, content):
    """Whether a record of this content goes through the sieve of these folded words."""
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    sieve = words.sieve(asked)
    return sieve is None or sieve(envelope.peek(Body("entry", content, at, at).dumps()))


@pytest.mark.parametrize("place", [0, 5, 850, 899, 900, 995, 5000])
def test_the_excerpt_shows_the_hit_wherever_it_is(place):
    text = "x " * place + "heron" + " y" * 3000
    pieces = words.excerpt(text, ("heron",), 200)
    assert words.Piece("heron", hit=True) in pieces
    assert sum(len(piece.text) for piece in pieces) <= 210


def test_the_excerpt_of_one_endless_word_is_short_too():
    pieces = words.excerpt("ü" * 100_000, (), 200)
    assert sum(len(piece.text) for piece in pieces) <= 210


def test_overlapping_words_are_marked_once():
    pieces = words.marked("waterfall", ("water", "waterfall", "fall"))
    assert "".join(piece.text for piece in pieces) == "waterfall"
    assert any(piece.hit for piece in pieces)
