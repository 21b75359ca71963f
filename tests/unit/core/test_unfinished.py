"""Words typed into a form wait for their owner: page by page, the latest, until they are saved.

Red when journal/core/unfinished.py: saves what was settled before, lets an older turn over a later
one, takes over words that were typed on in, or lets them lie in a scope that others read.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, update

from journal.core import bin as recycled
from journal.core import consent, open_pages, records, scopes, unfinished
from journal.core.consent import Choice
from journal.core.errors import NotFound
from journal.core.models import Record
from journal.core.unfinished import Field, Mark, Sent, Words
from tests import people

AT = "/insights/new"
NOTE = "It held, and I let it."


def typed(body: str, at: str = AT) -> Words:
    return Words(at, "An insight", (Field("words", body),) if body else ())


@pytest.fixture
def ana(world):
    return world.ana


@pytest.fixture
def type_(ana):
    """Let a page of Ana's send what is typed on it, a turn later each time."""
    turns: dict[UUID, int] = {}

    def send(body: str, page: UUID, *, turn: int | None = None, **more):
        turns[page] = turn or turns.get(page, 0) + 1
        sent = Sent(page, turns[page], more.get("continues"))
        words = typed(body, more.get("at", AT))
        unfinished.save(ana.db, ana.keyring, sent, words, now=ana.later(seconds=1))

    return send


def kept(person, at=None):
    return [one.words.fields[0].value for one in unfinished.every(person.db, person.keyring, at)]


def test_two_pages_keep_their_words_apart(ana, type_):
    one, other = uuid4(), uuid4()
    for body, page in ((NOTE[:4], one), ("Elsewhere.", other), (NOTE, one)):
        type_(body, page)
    assert kept(ana, AT) == [NOTE, "Elsewhere."]
    assert kept(ana, "/practices/new") == []
    unfinished.settle(ana.db, ana.keyring, Sent(other, 1))
    assert kept(ana) == [NOTE]


def test_what_was_held_up_on_its_way_replaces_nothing(ana, type_):
    page = uuid4()
    type_(NOTE, page, turn=3)
    with pytest.raises(open_pages.Older):
        type_(NOTE[:4], page, turn=2)
    assert kept(ana) == [NOTE]


def test_what_was_saved_does_not_come_back_as_a_ghost(ana, type_):
    page = uuid4()
    type_(NOTE, page)
    unfinished.settle(ana.db, ana.keyring, Sent(page, 2))
    for late in (1, 2):
        with pytest.raises(unfinished.Kept):
            type_(NOTE, page, turn=late)
        assert unfinished.arrived(ana.db, ana.keyring, Sent(page, late))
    assert kept(ana) == []
    type_("Typed on afterwards.", page, turn=3)
    assert kept(ana) == ["Typed on afterwards."]


def test_words_taken_away_leave_nothing(ana, type_):
    page = uuid4()
    type_(NOTE, page)
    type_("", page)
    assert (kept(ana), unfinished.count(ana.db, ana.keyring)) == ([], 0)


def test_what_was_put_back_is_taken_over_unless_it_was_typed_on_in(ana, type_):
    tab, other, third = uuid4(), uuid4(), uuid4()
    type_(NOTE[:4], tab)
    type_(NOTE, other, continues=Mark(tab, 1))
    assert kept(ana) == [NOTE]
    type_("Typed on in the first.", other)
    type_("The third.", third, continues=Mark(other, 1))
    assert kept(ana) == ["The third.", "Typed on in the first."]


def test_a_field_that_the_new_page_has_not_keeps_the_old_words(ana, type_):
    old, new = uuid4(), uuid4()
    rows = Words(AT, "", (Field("words", "here"), Field("row-9", "nowhere else")))
    unfinished.save(ana.db, ana.keyring, Sent(old, 1), rows, now=ana.now)
    type_("here", new, continues=Mark(old, 1))
    assert len(unfinished.every(ana.db, ana.keyring)) == 2


def test_of_too_many_the_first_makes_room_is_told_and_comes_back(ana, type_, monkeypatch):
    """Red when `save` erases the first, or tells nobody."""
    monkeypatch.setattr(unfinished, "MOST", 2)
    pages = [uuid4() for _ in range(3)]
    for number, page in enumerate(pages):
        type_(f"number {number}", page)
    assert kept(ana) == ["number 2", "number 1"]
    [gone] = unfinished.put_away(ana.db, ana.keyring, ana.now)
    assert (gone.page, gone.words) == (pages[0], typed("number 0"))
    unfinished.restore(ana.db, ana.keyring, pages[0], now=ana.now)
    assert kept(ana) == ["number 2", "number 1", "number 0"]
    assert unfinished.put_away(ana.db, ana.keyring, ana.now) == []


def test_that_it_made_room_is_told_for_a_week(ana, type_, monkeypatch):
    monkeypatch.setattr(unfinished, "MOST", 1)
    for number in range(2):
        type_(f"number {number}", uuid4())
    [gone] = unfinished.put_away(ana.db, ana.keyring, ana.later(hours=25))
    assert gone.words is None
    assert unfinished.put_away(ana.db, ana.keyring, ana.later(days=7)) == []


def test_the_page_that_made_room_may_type_on(ana, type_, monkeypatch):
    monkeypatch.setattr(unfinished, "MOST", 1)
    first, second = uuid4(), uuid4()
    for body, page in (("first", first), ("second", second), ("first, and more", first)):
        type_(body, page)
    assert kept(ana) == ["first, and more"]
    assert [one.page for one in unfinished.put_away(ana.db, ana.keyring, ana.now)] == [second]


def test_what_made_room_and_was_saved_after_all_is_told_no_longer(ana, type_, monkeypatch):
    monkeypatch.setattr(unfinished, "MOST", 1)
    first = uuid4()
    for page in (first, uuid4()):
        type_(NOTE, page)
    unfinished.settle(ana.db, ana.keyring, Sent(first, 1))
    assert unfinished.put_away(ana.db, ana.keyring, ana.now) == []
    assert unfinished.count(ana.db, ana.keyring) == 1


def test_a_therapists_first_words_make_room_as_well(world, monkeypatch):
    monkeypatch.setattr(unfinished, "MOST", 1)
    tess, pages = world.tess, [uuid4(), uuid4()]
    for page in pages:
        unfinished.save(tess.db, tess.keyring, Sent(page, 1), typed(NOTE), now=tess.now)
    [gone] = unfinished.put_away(tess.db, tess.keyring, tess.now)
    assert (gone.page, gone.words) == (pages[0], typed(NOTE))


@pytest.mark.parametrize("harm", ["scratched", "gone"])
def test_words_that_do_not_open_can_be_thrown_away_and_count_no_more(ana, type_, harm):
    """Red when `discard` leaves what does not open on the list."""
    page = uuid4()
    type_(NOTE, page)
    mine = Record.id == unfinished.record_id_of(page)
    if harm == "gone":
        ana.db.execute(delete(Record).where(mine))
    else:
        ana.db.execute(update(Record).where(mine).values(body=b"scratched"))
    ana.db.commit()
    assert unfinished.unreadable(ana.db, ana.keyring, []) == [page]
    assert not unfinished.discard(ana.db, ana.keyring, page, now=ana.now)
    assert unfinished.count(ana.db, ana.keyring) == 0
    with pytest.raises(NotFound):
        unfinished.discard(ana.db, ana.keyring, page, now=ana.now)


def test_more_than_a_form_takes_is_not_kept(ana, type_):
    with pytest.raises(unfinished.TooLarge):
        type_("x" * (unfinished.LARGEST + 1), uuid4())


def test_thrown_away_it_can_be_brought_back_for_a_day(world, ana, type_):
    page = uuid4()
    type_(NOTE, page)
    for _ in range(2):
        unfinished.discard(ana.db, ana.keyring, page, now=ana.now)
    assert kept(ana) == []
    with pytest.raises(unfinished.Kept):
        type_(NOTE, page, turn=1)
    assert unfinished.restore(ana.db, ana.keyring, page, now=ana.now).words == typed(NOTE)
    assert kept(ana) == [NOTE]
    unfinished.discard(ana.db, ana.keyring, page, now=ana.now)
    with pytest.raises(NotFound):
        unfinished.restore(ana.db, ana.keyring, page, now=ana.now + timedelta(hours=25))
    for nobodys in (uuid4(), world.private):
        with pytest.raises(NotFound):
            unfinished.discard(ana.db, ana.keyring, nobodys, now=ana.now)


@pytest.mark.parametrize("hours", [1, 25])
def test_who_types_on_after_throwing_away_keeps_it_for_good(ana, type_, hours):
    page = uuid4()
    type_("First words.", page)
    unfinished.discard(ana.db, ana.keyring, page, now=ana.now)
    ana.later(hours=hours)
    if hours == 1:
        type_("", page)
    type_(NOTE, page)
    recycled.empty(ana.db, ana.keyring, now=ana.later(days=2))
    assert kept(ana) == [NOTE]


def test_a_therapist_keeps_hers_under_her_own_keys(world):
    tess, page = world.tess, uuid4()
    for turn in (1, 2):
        unfinished.save(tess.db, tess.keyring, Sent(page, turn), typed(NOTE), now=tess.now)
        assert kept(tess) == [NOTE]
        unfinished.discard(tess.db, tess.keyring, page, now=tess.now)
        unfinished.restore(tess.db, tess.keyring, page, now=tess.now)
    record = records.open_as_owner(tess.db, tess.keyring, unfinished.record_id_of(page))
    assert record.scope == scopes.CLINICAL
    assert kept(world.ana) == []


def test_no_reader_ever_gets_at_it(world, ana, type_):
    page = uuid4()
    type_(NOTE, page)
    everything = Choice(scopes.SHAREABLE, "everything")
    consent.change(ana.db, ana.root, world.tess_grant, everything, now=ana.now)
    ana.db.commit()
    read = people.reads(world.tess, world.tess_grant)
    assert unfinished.record_id_of(page) not in read
    assert world.before in read
