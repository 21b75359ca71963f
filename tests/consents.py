"""Histories of consent, held against plain sets at the level of keys.

Ana writes, moves, deletes and shares with three therapists, who keep every key that they could
ever unwrap. Time passes, jobs run or don't, and the process dies wherever it likes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from journal.core import (
    accounts,
    consent,
    endings,
    invitations,
    pinning,
    records,
    rotation,
    rows,
    sessions,
    shares,
)
from journal.core.consent import Choice, Since
from journal.core.errors import NotFound, StepUpNeeded
from journal.core.keyring import Keyring, RootKeyring
from journal.core.scopes import PRIVATE, SHAREABLE
from tests import people, thief
from tests.builders import Built, World, fresh
from tests.kills import Killed, killed_at
from tests.locksmith import Locksmith
from tests.plain_sets import START, Given, Reader, Sets, Written

One = TypeVar("One")
# The first two are chosen more often, so that histories meet.
OFTEN = ("journal", "check-ins", "journal", "check-ins", *SHAREABLE)
SIGNED_FOR = timedelta(hours=12)
UNDO_FOR = timedelta(hours=24)
SINCE = st.sampled_from(("now", "everything"))
WANTED = st.sets(st.sampled_from(OFTEN), max_size=6)
# Making a failing history short takes minutes, which who only asks whether one fails can spare.
PHASES = [Phase.generate] if os.environ.get("UNSHRUNK") else list(Phase)
# Most acts come to their end.
DIES = st.none() | st.none() | st.integers(1, 60)


class Consents(RuleBasedStateMachine):
    """One history; `built` is set by whoever runs it."""

    built: Built

    def __init__(self) -> None:
        super().__init__()
        self.entered = self.built.world()
        self.world: World = self.entered.__enter__()
        self.db, self.ana = self.world.db, self.world.ana
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr(rotation, "BATCH", 2)
        self.session, self.password = self.ana.keyring, self.ana.root
        self.signed_in = self.ana.now
        self.smith = Locksmith(self.ana.id, self.ana.keyring.content_key)
        self.sets = Sets(self.world)

    @initialize()
    def as_it_was(self) -> None:
        """The world of the tests, and a third therapist who holds nothing yet."""
        vera = people.therapist(self.db, self.world.site, "Vera")
        for reader, given in self.sets.live():
            given.key = self.key_of(reader, given.id)
        self.sets.readers.append(Reader(vera, []))

    def teardown(self) -> None:
        try:
            self.sign_in(None)
            self.keys_open_what_was_given()
            for reader in self.sets.readers:
                self.check_pages(reader)
        finally:
            self.patched.undo()
            self.entered.__exit__(None, None, None)

    @invariant()
    def keys_open_what_was_given(self) -> None:
        sets, now = self.sets, self.ana.now
        self.smith.look(self.db)
        assert self.smith.opens({self.ana.keyring.content_key}) == sets.written.keys()
        for reader in sets.readers:
            may = sets.visible(reader)
            held = {given.key for given in reader.given if given.is_live(now)}
            assert self.smith.opens(held) == may, "the rows alone give what was given"
            reader.keys = self.smith.reach(reader.keys | {given.key for given in reader.given})
            kept = self.smith.opens(reader.keys)
            assert kept <= may | reader.lingering | sets.run_out(reader), "kept keys"

    # What Ana writes

    @rule(scope=st.sampled_from((*OFTEN, PRIVATE)), days=st.integers(0, 9))
    def write(self, scope: str, days: int) -> None:
        opened = records.write(
            self.db,
            self.ring(),
            record_id=uuid4(),
            kind="entry",
            scope=scope,
            content={"body": "words"},
            occurred_at=self.ana.now - timedelta(days=days),
            now=self.ana.now,
        )
        self.db.commit()
        self.sets.written[opened.id] = Written(scope, self.sets.next())

    @precondition(lambda self: self.sets.kept())
    @rule(draw=st.data(), scope=st.none() | st.sampled_from((*OFTEN, PRIVATE, PRIVATE)))
    def edit(self, draw: st.DataObject, scope: str | None) -> None:
        """Other words, and perhaps another scope."""
        key = one_of(draw, self.sets.kept())
        one = self.sets.written[key]
        records.edit(
            self.db,
            self.ring(),
            record_id=key,
            version=one.version,
            content={"body": f"words {uuid4()}"},
            occurred_at=self.ana.now,
            scope=scope,
            now=self.ana.now,
        )
        self.db.commit()
        self.sets.rewritten(key)
        if scope not in (None, one.scope):
            one.scope, one.entered = scope or "", self.sets.next()

    @precondition(lambda self: self.sets.kept())
    @rule(draw=st.data())
    def remove(self, draw: st.DataObject) -> None:
        key = one_of(draw, self.sets.kept())
        records.remove(self.db, self.ring(), key, now=self.ana.now)
        self.db.commit()
        self.sets.rewritten(key)
        self.sets.written[key].deleted = self.ana.now

    @precondition(lambda self: self.sets.binned())
    @rule(draw=st.data())
    def restore(self, draw: st.DataObject) -> None:
        key = one_of(draw, self.sets.binned())
        over, ring = self.is_past_undoing(key), self.ring()
        if over:
            with pytest.raises(NotFound):
                records.restore(self.db, ring, key, now=self.ana.now)
            self.db.rollback()
            return
        records.restore(self.db, ring, key, now=self.ana.now)
        self.db.commit()
        self.sets.rewritten(key)
        self.sets.written[key].deleted = None

    @precondition(lambda self: self.sets.kept())
    @rule(draw=st.data())
    def erase(self, draw: st.DataObject) -> None:
        key = one_of(draw, self.sets.kept())
        records.erase(self.db, self.ring(), key)
        self.db.commit()
        self.sets.gone(key)

    # What Ana shares

    @precondition(lambda self: self.sets.kept() and self.sets.live())
    @rule(draw=st.data())
    def share(self, draw: st.DataObject) -> None:
        key, (_, given) = one_of(draw, self.sets.kept()), one_of(draw, self.sets.live())
        shares.share(self.db, self.ring(), given.id, key, now=self.ana.now)
        self.db.commit()
        given.singly.add(key)

    @precondition(lambda self: self.sets.shared())
    @rule(draw=st.data())
    def unshare(self, draw: st.DataObject) -> None:
        given, key = one_of(draw, self.sets.shared())
        shares.unshare(self.db, self.ring(), given.id, key, now=self.ana.now)
        self.db.commit()
        given.singly.remove(key)
        self.sets.closed(key)

    @precondition(lambda self: self.sets.without())
    @rule(draw=st.data(), wanted=WANTED, since=SINCE, hours=st.none() | st.integers(1, 30))
    def give(self, draw: st.DataObject, wanted: set[str], since: Since, hours: int | None) -> None:
        reader, now = one_of(draw, self.sets.without()), self.ana.now
        until = None if hours is None else now + timedelta(hours=hours)
        hers = invitations.invite_patient(self.db, reader.person.keyring, label="", now=now)
        choice = Choice(tuple(sorted(wanted)), since, until)
        root = self.root()
        grant_id = invitations.accept_further(self.db, root, hers.token, choice=choice, now=now)
        self.db.commit()
        assert pinning.accept_pins(self.db, reader.person.keyring, now=now) == 1
        terms = dict.fromkeys(wanted, self.begins(since))
        reader.given.append(Given(grant_id, self.key_of(reader, grant_id), terms, until))

    @precondition(lambda self: self.sets.live())
    @rule(
        draw=st.data(),
        wanted=WANTED,
        since=SINCE,
        hours=st.none() | st.none() | st.integers(0, 30),
        with_password=st.booleans(),
        dies=DIES,
    )
    def change(
        self,
        draw: st.DataObject,
        wanted: set[str],
        since: Since,
        hours: int | None,
        with_password: bool,
        dies: int | None,
    ) -> None:
        """Widen, narrow, or both; an end that is earlier, later or none (0), or the one it has."""
        reader, given = one_of(draw, self.sets.live())
        until = self.ana.now + timedelta(hours=hours) if hours else given.until
        until = None if hours == 0 else until
        later = given.until is not None and (until is None or until > given.until)
        choice = Choice(tuple(sorted(wanted)), since, until)
        ring = self.root() if with_password else self.ring()

        def act() -> None:
            consent.change(self.db, ring, given.id, choice, now=self.ana.now)
            self.db.commit()

        if (wanted - given.terms.keys() or later) and not with_password:
            with pytest.raises(StepUpNeeded):
                act()
            self.db.rollback()
            return
        before, seq = self.sets.visible(reader), self.seq(given)
        self.came_through(act, dies)
        if self.seq(given) > seq:
            begins = self.begins(since)
            given.terms = {name: given.terms.get(name, begins) for name in wanted}
            given.until = until
            reader.lingering |= before - self.sets.visible(reader)

    @precondition(lambda self: self.sets.not_ended())
    @rule(draw=st.data(), with_password=st.booleans(), at_once=st.booleans(), dies=DIES)
    def revoke(
        self, draw: st.DataObject, with_password: bool, at_once: bool, dies: int | None
    ) -> None:
        """End one that is alive, or that ran out; the re-encryption follows, or waits."""
        reader, given = one_of(draw, self.sets.not_ended())
        ring = self.root() if with_password else self.ring()
        before = self.sets.visible(reader) | self.sets.run_out(reader)
        seq = self.seq(given)

        def act() -> None:
            consent.revoke(self.db, ring, given.id, now=self.ana.now)
            self.db.commit()
            if at_once:
                rotation.finish(self.db, fresh(self.session), now=self.ana.now)

        through = self.came_through(act, dies)
        if self.seq(given) > seq:
            given.ended = True
            reader.lingering |= before - self.sets.visible(reader)
        if through and at_once:
            self.sets.all_closed()

    @rule(dies=DIES)
    def finish(self, dies: int | None) -> None:
        ring = self.ring()
        if self.came_through(lambda: rotation.finish(self.db, ring, now=self.ana.now), dies):
            self.sets.all_closed()

    # What the clock does

    @rule(hours=st.integers(1, 14))
    def wait(self, hours: int) -> None:
        self.ana.later(hours=hours)

    @rule()
    def sweep(self) -> None:
        """The job runs, which holds nobody's keys."""
        endings.expire_due(self.db, now=self.ana.now)

    @rule(dies=DIES)
    def sign_in(self, dies: int | None) -> None:
        """What waits for the patient's keys is made good, or goes on where it died."""
        due = [key for key in self.sets.binned() if self.is_past_undoing(key)]
        through = self.came_through(self.settle, dies)
        for key in due:
            is_there = rows.one(self.db, self.ana.id, key) is not None
            assert not (through and is_there), "what was deleted a day ago is erased"
            if not is_there:
                self.sets.gone(key)
        if through:
            self.sets.all_closed()
            for _, given in self.sets.not_ended():
                given.settled = given.is_over(self.ana.now)

    @rule(draw=st.data())
    def look(self, draw: st.DataObject) -> None:
        self.check_pages(one_of(draw, self.sets.readers))

    # How it is done

    def settle(self) -> None:
        now, site = self.ana.now, self.world.site
        self.password = accounts.unlock(
            self.db, site, email=self.ana.email, password=people.PASSWORD, now=now
        )
        _, self.session = sessions.start(self.db, site, self.password, device="", now=now)
        self.db.commit()
        self.signed_in = now
        rotation.settle(self.db, self.session, now=now)

    def ring(self) -> Keyring:
        """The keyring of a next request; a session that is over was followed by another."""
        if self.ana.now >= self.signed_in + SIGNED_FOR:
            self.sign_in(None)
        return fresh(self.session)

    def root(self) -> RootKeyring:
        """The password is typed again, without its work."""
        self.ring()
        rooted = fresh(self.password)
        assert isinstance(rooted, RootKeyring)
        return rooted

    def came_through(self, act: Callable[[], None], dies: int | None) -> bool:
        """Whether an act came to its end; it dies at that statement, if it has so many."""
        if dies is None:
            act()
            return True
        with killed_at(self.db, dies):
            try:
                act()
            except Killed:
                self.db.rollback()
                return False
        return True

    def check_pages(self, reader: Reader) -> None:
        """The pages show exactly what the keys open."""
        reader.person.now = self.ana.now
        for given in reader.given:
            if given.is_live(self.ana.now):
                assert set(people.reads(reader.person, given.id)) == self.sets.covered(given)
            else:
                with pytest.raises(NotFound):
                    people.reads(reader.person, given.id)

    def begins(self, since: Since) -> int:
        return self.sets.next() if since == "now" else START

    def is_past_undoing(self, key: UUID) -> bool:
        deleted = self.sets.written[key].deleted
        return deleted is not None and self.ana.now >= deleted + UNDO_FOR

    def seq(self, given: Given) -> int:
        found = consent.one_grant(self.db, fresh(self.session), given.id, now=self.ana.now)
        return found.statement.seq

    def key_of(self, reader: Reader, grant_id: UUID) -> bytes:
        pins = thief.opened_state(self.db, reader.person.keyring)["patients"]
        return bytes.fromhex(pins[str(grant_id)]["key"])


def one_of(draw: st.DataObject, those: list[One]) -> One:
    return those[draw.draw(st.integers(0, len(those) - 1))]


def run(built: Built, histories: int) -> None:
    """Live through so many histories."""

    run_state_machine_as_test(
        type("Here", (Consents,), {"built": built}),
        settings=settings(
            max_examples=histories,
            stateful_step_count=20,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
