"""Finding words in words, whatever letters they are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
