"""Every order of consent, writing and deleting, held against plain sets at the level of keys.

Two readers keep every key that they could ever unwrap. After a rotation has finished, those keys
open exactly the records that the readers may read now. Red when: `rotation.finish` re-encrypts
nothing, `strata.raise_generations` begins before the leaver's first stratum or hands a key to
one whom the statement does not cover, `resealing` keeps a content key, `bin.remove` leaves a
record under its scope's key, `shares.unshare` keeps a content key.
"""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from journal.core import consent, invitations, pinning, records, rotation, shares
from journal.core.consent import Choice
from tests import people, thief
from tests.builders import Built, World
from tests.people import Person

SCOPES = ("journal", "check-ins")
# What a reader unwraps: from her grant key to each record's own.
CACHED = ("grant_keys.wrapped", "grant_records.wrapped", "records.wrapped_key")
START = 0  # "everything": everything was written later than that


@dataclass
class Reader:
    """A therapist, her grant, what it says in plain sets, and every key she ever saw."""

    person: Person
    grant: UUID
    terms: dict[str, int]  # scope name -> the moment it counts from
    singly: set[UUID] = field(default_factory=set)
    cached: set[bytes] = field(default_factory=set)


@dataclass
class Written:
    """A record in plain words: `entered` is the moment at which it came into its scope."""

    scope: str
    entered: int
    version: int = 1
    deleted: bool = False


class Consents(RuleBasedStateMachine):
    built: Built

    def __init__(self) -> None:
        super().__init__()
        self.entered = self.built.world()
        self.world: World = self.entered.__enter__()
        self.moment = START
        self.written: dict[UUID, Written] = {}
        self.readers: list[Reader] = []

    def teardown(self) -> None:
        if self.readers:
            self.finish()
        self.entered.__exit__(None, None, None)

    @property
    def ana(self) -> Person:
        return self.world.ana

    @initialize()
    def meet(self) -> None:
        """Ana's own records are the first ones; both grants begin empty."""
        world = self.world
        for record_id in world.records:
            records.erase(world.db, self.ana.keyring, record_id)
        for person, grant in ((world.tess, world.tess_grant), (world.theo, world.theo_grant)):
            consent.revoke(world.db, self.ana.keyring, grant, now=self.ana.now)
            world.db.commit()
            reader = Reader(person, grant, {})
            self.readers.append(reader)
            self.give(reader)

    def give(self, reader: Reader) -> None:
        world, now = self.world, self.ana.now
        inviting = invitations.invite_patient(world.db, reader.person.keyring, label="", now=now)
        reader.grant = invitations.accept_further(
            world.db, self.ana.root, inviting.token, choice=Choice(()), now=now
        )
        world.db.commit()
        assert pinning.accept_pins(world.db, reader.person.keyring, now=now) == 1
        reader.terms, reader.singly = {}, set()

    def now(self) -> int:
        self.moment += 1
        return self.moment

    def living(self) -> list[UUID]:
        return sorted(key for key, one in self.written.items() if not one.deleted)

    def visible(self, reader: Reader) -> set[UUID]:
        return {
            key
            for key, one in self.written.items()
            if not one.deleted
            and (key in reader.singly or one.entered > reader.terms.get(one.scope, self.moment))
        }

    def choose(self, draw: st.DataObject, ids: list[UUID]) -> UUID:
        return ids[draw.draw(st.integers(0, len(ids) - 1))]

    @rule(scope=st.sampled_from((*SCOPES, "private")), days=st.integers(0, 9))
    def write(self, scope: str, days: int) -> None:
        opened = self.ana.write("words", scope=scope, days=days)
        self.written[opened.id] = Written(scope, self.now())

    @precondition(lambda self: self.living())
    @rule(draw=st.data(), scope=st.sampled_from((None, None, None, *SCOPES, "private")))
    def edit(self, draw: st.DataObject, scope: str | None) -> None:
        key = self.choose(draw, self.living())
        one = self.written[key]
        records.edit(
            self.world.db,
            self.ana.keyring,
            record_id=key,
            version=one.version,
            content={"body": f"words {uuid4()}"},
            occurred_at=self.ana.now,
            scope=scope,
            now=self.ana.now,
        )
        self.world.db.commit()
        one.version += 1
        if scope not in (None, one.scope):
            one.scope, one.entered = scope or "", self.now()

    @precondition(lambda self: self.living())
    @rule(draw=st.data())
    def remove(self, draw: st.DataObject) -> None:
        key = self.choose(draw, self.living())
        records.remove(self.world.db, self.ana.keyring, key, now=self.ana.now)
        self.world.db.commit()
        self.written[key].deleted = True
        self.written[key].version += 1

    @precondition(lambda self: len(self.living()) < len(self.written))
    @rule(draw=st.data())
    def restore(self, draw: st.DataObject) -> None:
        key = self.choose(draw, sorted(self.written.keys() - self.living()))
        records.restore(self.world.db, self.ana.keyring, key, now=self.ana.now)
        self.world.db.commit()
        self.written[key].deleted = False
        self.written[key].version += 1

    @precondition(lambda self: self.living())
    @rule(draw=st.data(), which=st.integers(0, 1))
    def share(self, draw: st.DataObject, which: int) -> None:
        key = self.choose(draw, self.living())
        reader = self.readers[which]
        shares.share(self.world.db, self.ana.keyring, reader.grant, key, now=self.ana.now)
        self.world.db.commit()
        reader.singly.add(key)

    @precondition(lambda self: any(self.shared(reader) for reader in self.readers))
    @rule(draw=st.data())
    def unshare(self, draw: st.DataObject) -> None:
        reader = next(reader for reader in self.readers if self.shared(reader))
        key = self.choose(draw, self.shared(reader))
        shares.unshare(self.world.db, self.ana.keyring, reader.grant, key, now=self.ana.now)
        self.world.db.commit()
        reader.singly.remove(key)

    def shared(self, reader: Reader) -> list[UUID]:
        return sorted(reader.singly & set(self.living()))

    @rule(
        which=st.integers(0, 1),
        wanted=st.sets(st.sampled_from(SCOPES)),
        since=st.sampled_from(("now", "everything")),
    )
    def change(self, which: int, wanted: set[str], since: consent.Since) -> None:
        reader = self.readers[which]
        ring = self.ana.root if wanted - reader.terms.keys() else self.ana.keyring
        consent.change(
            self.world.db,
            ring,
            reader.grant,
            Choice(tuple(sorted(wanted)), since),
            now=self.ana.now,
        )
        self.world.db.commit()
        begins = self.now() if since == "now" else START
        reader.terms = {name: reader.terms.get(name, begins) for name in wanted}

    @rule(which=st.integers(0, 1))
    def revoke_and_give_again(self, which: int) -> None:
        reader = self.readers[which]
        consent.revoke(self.world.db, self.ana.keyring, reader.grant, now=self.ana.now)
        self.world.db.commit()
        self.give(reader)

    @rule()
    def finish(self) -> None:
        rotation.finish(self.world.db, self.ana.keyring, now=self.ana.now)
        for reader in self.readers:
            assert thief.bodies(self.world.db, reader.cached) == self.visible(reader)
        assert thief.bodies(self.world.db, {self.ana.keyring.content_key}) >= set(self.written)

    @invariant()
    def each_reads_what_was_given(self) -> None:
        for reader in self.readers:
            self.cache(reader)
            read = people.reads(reader.person, reader.grant)
            assert set(read) == self.visible(reader)
            assert "" not in read.values()
        if self.readers:
            assert set(people.owns(self.ana)) == set(self.living())

    def cache(self, reader: Reader) -> None:
        """Keep every key that this reader could unwrap at this moment."""
        pins = thief.opened_state(self.world.db, reader.person.keyring)["patients"]
        grant_key = bytes.fromhex(pins[str(reader.grant)]["key"])
        reader.cached |= thief.reach(self.world.db, {grant_key}, CACHED)


def test_keys_follow_consent_in_every_order(built: Built) -> None:
    class Here(Consents):
        pass

    Here.built = built
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=40,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
