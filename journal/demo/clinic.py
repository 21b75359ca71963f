"""The demo's clinic while it comes about: whose keys there are, and who reads with whom."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal.core import invitations, slots
from journal.core.consent import Choice
from journal.core.keyring import RootKeyring
from journal.core.site import SiteKey
from journal.demo.people import PASSWORD, ZONE, Patient, Therapist


@dataclass
class Clinic:
    """The clinic while it comes about; now: when its year ends."""

    db: Session
    site: SiteKey
    now: datetime
    rings: dict[str, RootKeyring] = field(default_factory=dict)
    grants: dict[tuple[str, str], UUID] = field(default_factory=dict)
    seen: set[tuple[str, UUID]] = field(default_factory=set)

    def moment(self, ago: int, at: time) -> datetime:
        """Return a local time so many days ago, or just now if that is still to come."""
        zone = ZoneInfo(ZONE)
        day = self.now.astimezone(zone).date() - timedelta(ago)
        return min(datetime.combine(day, at, zone), self.now - timedelta(minutes=1))

    def ring(self, key: str, at: datetime) -> RootKeyring:
        """Return somebody's keys as at that moment: what they sign then must be certified then."""
        root = self.rings[key]
        return replace(root, signer=slots.make_signer(root.root_seed, root.account_id, now=at))

    def accept(self, one: Therapist | Patient, token: str, choice: Choice, at: datetime) -> None:
        """Make somebody's account by the link's token."""
        self.rings[one.key], _kit = invitations.accept(
            self.db,
            self.site,
            token,
            name=one.name,
            email=one.email,
            password=PASSWORD,
            zone=ZONE,
            choice=choice,
            now=at,
        )
