"""Filling the demo: everybody does in order of time what real people would have done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from uuid import uuid4

from journal.core import (
    caseload,
    consent,
    invitations,
    pinning,
    reading,
    records,
    rotation,
    shares,
)
from journal.core.consent import Choice
from journal.demo import (
    courses,
    measured,
    medicines,
    plans,
    preparing,
    sessions,
    staying,
    steps,
    written,
)
from journal.demo.clinic import Clinic
from journal.demo.people import (
    CHECK_INS,
    JOURNAL,
    PATIENTS,
    THERAPISTS,
    Patient,
    Step,
    Therapist,
    Visits,
)

OPENS = 0.7  # of the entries that are new at a visit; the others stay "not opened yet"
READ_AT = time(8, 20)
SIGNED_UP_AT = 365  # days ago: both therapists, before any patient
NO_CHOICE = Choice(())


@dataclass(frozen=True, slots=True)
class Deed:
    """Something somebody does at a moment."""

    at: datetime
    do: Callable[[datetime], object]


def fill(clinic: Clinic) -> None:
    """Let the year pass; commits as it goes."""
    for deed in sorted(deeds(clinic), key=lambda deed: deed.at):
        deed.do(deed.at)
    clinic.db.commit()


def deeds(clinic: Clinic) -> Iterator[Deed]:
    """Yield what everybody does, in no order."""
    for therapist in THERAPISTS:
        yield Deed(clinic.moment(SIGNED_UP_AT, time(9)), Signs(clinic, therapist))
        if therapist.waiting:
            yield Deed(clinic.moment(0, time(7)), Invites(clinic, therapist))
    for patient in PATIENTS:
        for step in patient.steps:
            yield Deed(clinic.moment(step.ago, step.at), Consents(clinic, patient, step))
        for visits in patient.visits:
            yield from looks(clinic, patient, visits)
        yield from writing(clinic, patient)


def writing(clinic: Clinic, patient: Patient) -> Iterator[Deed]:
    """Yield a patient's check-ins, entries and safety plan."""
    by = written.by(patient.key)
    for check_in in courses.check_ins(patient.key, by.notes, by.tags):
        if check_in.ago < patient.joined:
            at = clinic.moment(check_in.ago, check_in.at)
            yield Deed(at, ChecksIn(clinic, patient, check_in))
    for entry in by.entries:
        yield Deed(clinic.moment(entry.ago, entry.at), Writes(clinic, patient, entry))
    for saves in plans.of(clinic, patient, by.plan):
        yield Deed(clinic.moment(saves.version.ago, saves.version.at), saves)
    for says in steps.of(clinic, patient):
        yield Deed(clinic.moment(says.ago, steps.SAID_AT), says)
    for records_it in sessions.of(clinic, patient):
        yield Deed(clinic.moment(records_it.said_ago, sessions.RECORDED_AT), records_it)
    for ago, at_time, does in preparing.of(clinic, patient.key):
        yield Deed(clinic.moment(ago, at_time), does)
    yield from noting(clinic, patient.key, by.taken)


def noting(clinic: Clinic, key: str, taken: medicines.Taken) -> Iterator[Deed]:
    """Yield what a patient notes of medicines, keeps of sessions, and answers to scales."""
    for ago, at_time, notes in medicines.of(clinic, key, taken):
        yield Deed(clinic.moment(ago, at_time), notes)
    for ago, at_time, keeps in staying.of(clinic, key):
        yield Deed(clinic.moment(ago, at_time), keeps)
    for ago, at_time, answers in measured.of(clinic, key):
        yield Deed(clinic.moment(ago, at_time), answers)


def looks(clinic: Clinic, patient: Patient, visits: Visits) -> Iterator[Deed]:
    """Yield a therapist's looks at one patient."""
    chance = Random(f"{courses.SEED} {visits.by} {patient.key}")  # noqa: S311 - no secret
    for ago in (*range(visits.first, visits.last, -visits.every), visits.last):
        yield Deed(clinic.moment(ago, READ_AT), Reads(clinic, patient, visits.by, chance))


@dataclass(frozen=True, slots=True)
class Signs:
    """A therapist signs up by the operator's link."""

    clinic: Clinic
    therapist: Therapist

    def __call__(self, at: datetime) -> None:
        token = invitations.invite_therapist(self.clinic.db, now=at)
        self.clinic.accept(self.therapist, token, NO_CHOICE, at)
        self.clinic.db.commit()


@dataclass(frozen=True, slots=True)
class Invites:
    """A therapist makes a link that nobody has used yet."""

    clinic: Clinic
    therapist: Therapist

    def __call__(self, at: datetime) -> None:
        ring = self.clinic.ring(self.therapist.key, at)
        label = self.therapist.waiting
        invitations.invite_patient(self.clinic.db, ring, label=label, now=at)


@dataclass(frozen=True, slots=True)
class Consents:
    """A patient accepts an invitation, changes what a therapist reads, or takes it all back."""

    clinic: Clinic
    patient: Patient
    step: Step

    def __call__(self, at: datetime) -> None:
        if self.step.what == "gives":
            self.gives(at)
            return
        ring = self.clinic.ring(self.patient.key, at)
        grant = self.clinic.grants[self.patient.key, self.step.to]
        if self.step.what == "changes":
            consent.change(self.clinic.db, ring, grant, self.choice, now=at)
        else:
            consent.revoke(self.clinic.db, ring, grant, now=at)
        self.clinic.db.commit()
        rotation.finish(self.clinic.db, ring, now=at)

    def gives(self, at: datetime) -> None:
        """Accept a link of the therapist's, which makes the account if there is none."""
        clinic, key = self.clinic, self.patient.key
        therapist = clinic.ring(self.step.to, at)
        label = self.patient.label
        token = invitations.invite_patient(clinic.db, therapist, label=label, now=at).token
        if key in clinic.rings:
            root = clinic.ring(key, at)
            grant = invitations.accept_further(clinic.db, root, token, choice=self.choice, now=at)
        else:
            clinic.accept(self.patient, token, self.choice, at)
            [given] = consent.all_grants(clinic.db, clinic.rings[key], now=at)
            grant = given.id
        clinic.grants[key, self.step.to] = grant
        clinic.db.commit()
        pinning.accept_pins(clinic.db, therapist, now=at)

    @property
    def choice(self) -> Choice:
        """Return what was chosen on the form."""
        step = self.step
        ends = None if step.ends_in is None else self.clinic.now + timedelta(step.ends_in)
        return Choice(step.scopes, step.since, ends)


@dataclass(frozen=True, slots=True)
class ChecksIn:
    """A patient checks in."""

    clinic: Clinic
    patient: Patient
    check_in: courses.CheckIn

    def __call__(self, at: datetime) -> None:
        records.write(
            self.clinic.db,
            self.clinic.rings[self.patient.key],
            record_id=uuid4(),
            kind="check-in",
            scope=CHECK_INS,
            content=self.check_in.content,
            occurred_at=at,
            now=at,
        )


@dataclass(frozen=True, slots=True)
class Writes:
    """A patient keeps an entry, and perhaps lets one therapist read it."""

    clinic: Clinic
    patient: Patient
    entry: written.Entry

    def __call__(self, at: datetime) -> None:
        clinic, ring, record_id = self.clinic, self.clinic.rings[self.patient.key], uuid4()
        records.write(
            clinic.db,
            ring,
            record_id=record_id,
            kind="entry",
            scope=self.entry.audience,
            content=self.entry.content(),
            occurred_at=at,
            now=at,
        )
        if self.entry.shared:
            grant = clinic.grants[self.patient.key, self.entry.shared]
            shares.share(clinic.db, ring, grant, record_id, now=at)


@dataclass(frozen=True, slots=True)
class Reads:
    """A therapist looks at one patient: the titles, some of the new entries, the check-ins."""

    clinic: Clinic
    patient: Patient
    therapist: str
    chance: Random

    def __call__(self, at: datetime) -> None:
        clinic, ring = self.clinic, self.clinic.ring(self.therapist, at)
        grant = reading.open_grant(
            clinic.db, ring, clinic.grants[self.patient.key, self.therapist], now=at
        )
        page = records.list_as_reader(
            clinic.db, ring, grant, scopes=(JOURNAL,), singly=True, kind="entry", now=at
        )
        there = caseload.newest_of(clinic.db, grant, grant.scopes)
        caseload.mark_seen(clinic.db, ring, grant, there | reading.shared_singly(clinic.db, grant))
        for item in reversed(page.items):
            if (self.therapist, item.id) not in clinic.seen and self.chance.random() < OPENS:
                soon = at + timedelta(minutes=3)
                records.open_as_reader(clinic.db, ring, grant.id, item.id, now=soon)
        clinic.seen.update((self.therapist, item.id) for item in page.items)
        if CHECK_INS in grant.scopes:
            later = at + timedelta(minutes=6)
            records.list_as_reader(
                clinic.db, ring, grant, scopes=(CHECK_INS,), event="opened", now=later
            )
