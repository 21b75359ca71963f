"""Tess and Ana signed up before a journal is served: their files need them, not their sign-up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from journal import clock, create_app, instance
from journal.config import Settings
from journal.core import invitations, sessions
from tests import passwords
from tests.browser.navigators import HERE, PASSWORD
from tests.visitors import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page
    from sqlalchemy.orm import Session

    from journal.core.keyring import Keyring
    from tests import databases
    from tests.browser.served import Clinic

KIT_PAGE = "/account/recovery-kit"
KIT = re.compile(r'id="kit-groups"[^>]*>(.*?)</div>', re.DOTALL)
SHARED = ["check-ins", "journal"]


@dataclass
class SignedUp:
    """Puts Tess and Ana into a new instance; what their browsers hold is kept for a page."""

    source: databases.Source
    cookies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    kits: dict[str, str] = field(default_factory=dict)

    def prepare(self, clinic: Clinic) -> None:
        """Let Ana be Tess's patient in a database that is migrated already."""
        clinic.instance.mkdir()
        port = int(clinic.url.rpartition(":")[2])
        settings = Settings(instance_path=clinic.instance, port=port, testing=True)
        instance.prepare(settings)
        self.source.clone(clinic.instance, "")
        app = create_app(settings)
        with pytest.MonkeyPatch.context() as patch, opened(app) as db:
            # The served program must be able to open what these passwords lock.
            passwords.stretch_by(patch, passwords.REAL)
            link = invitations.invite_first_therapist(db, now=clock.now())
            db.commit()
            tess = self._sign_up(app, clinic, "Tess", link)
            tess.arrive(KIT_PAGE, kit=self.kits["Tess"])
            keyring = keyring_of(tess, db)
            invited = invitations.invite_patient(db, keyring, label="A.", now=clock.now())
            db.commit()
            self._sign_up(app, clinic, "Ana", invited.token, scopes=SHARED, since="now")
        app.extensions["journal"].database.dispose()

    def let_in(self, page: Page, name: str) -> str:
        """Let a page's browser be the one that somebody signed up with; return their kit."""
        page.context.add_cookies(self.cookies[name])  # type: ignore[arg-type]  # as Playwright's
        return self.kits[name]

    def _sign_up(
        self, app: Flask, clinic: Clinic, name: str, link: str, **choice: object
    ) -> Visitor:
        visitor = Visitor(app)
        who = {"name": name, "email": f"{name.casefold()}@example.org", "password": PASSWORD}
        visitor.arrive(f"/invitations/{link}", zone=HERE["timezone_id"], **who, **choice)
        shown = KIT.search(visitor.get(KIT_PAGE).text)
        assert shown is not None
        self.kits[name] = "-".join(re.findall(r"<span>(\w+)</span>", shown[1]))
        self.cookies[name] = [
            {"name": held.key, "value": held.value, "url": clinic.url, "httpOnly": held.http_only}
            for held in visitor.client._cookies.values()
        ]
        return visitor


def opened(app: Flask) -> Session:
    """A session of the app's database."""
    found: Session = app.extensions["journal"].database.session()
    return found


def keyring_of(visitor: Visitor, db: Session) -> Keyring:
    """The keys that somebody's cookie opens."""
    site = visitor.app.extensions["journal"].site_key
    return sessions.resume(db, site, visitor.cookies["session"], now=clock.now())
