"""A served journal for each file, and browsers whose every page is watched."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import databases
from tests.browser import navigators, served
from tests.browser.axe import Axe
from tests.browser.look import Look
from tests.browser.signed_up import SignedUp
from tests.browser.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browser.navigators import Laptop, Phone
    from tests.browser.served import Clinic


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update"]
    return browser_type_launch_args | {"args": [*browser_type_launch_args["args"], *quiet]}


@pytest.fixture(scope="session")
def sqlite_source(
    database_source: databases.Source, tmp_path_factory: pytest.TempPathFactory
) -> databases.Source:
    """What a first start makes: SQLite, whatever the other tests run on."""
    if isinstance(database_source, databases.SQLiteSource):
        return database_source
    return databases.SQLiteSource(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="module")
def signed_up(sqlite_source: databases.Source) -> SignedUp:
    return SignedUp(sqlite_source)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, signed_up: SignedUp) -> Iterator[Clinic]:
    """A journal in which Tess and Ana are at home; one program answers, which starts sooner."""
    folder = tmp_path_factory.mktemp("clinic")
    with served.serve(folder, signed_up.prepare, JOURNAL_WORKERS="1") as ours:
        yield ours


@pytest.fixture(scope="module")
def windows(browser: Browser, clinic: Clinic) -> Iterator[Windows]:
    ours = Windows(browser, clinic.url)
    yield ours
    ours.close()


@pytest.fixture(autouse=True)
def nothing_went_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    """No page of any test may break our policy, fail in a script or ask another host."""
    if "windows" not in request.fixturenames:
        yield
        return
    windows: Windows = request.getfixturevalue("windows")
    yield
    assert windows.complaints() == []


@pytest.fixture(scope="session")
def look() -> Look:
    pictures = os.environ.get("AFTERGLOW_SCREENS")
    axe = Axe(served.ROOT / "node_modules" / "axe-core" / "axe.min.js")
    return Look(axe, Path(pictures) if pictures else None)


@pytest.fixture(scope="module")
def tess(signed_up: SignedUp, windows: Windows) -> Laptop:
    """Tess at her laptop, signed up by the printed link."""
    laptop = navigators.Laptop(windows.open(navigators.LAPTOP), "Tess", "tess@example.org")
    laptop.kit = signed_up.let_in(laptop.page, "Tess")
    return laptop


@pytest.fixture(scope="module")
def ana(signed_up: SignedUp, windows: Windows) -> Phone:
    """Ana on her phone, signed up by Tess's link; Tess reads check-ins and journal."""
    phone = navigators.Phone(windows.open(navigators.PHONE), "Ana", "ana@example.org")
    phone.kit = signed_up.let_in(phone.page, "Ana")
    return phone
