"""Tess records a medicine session at her laptop, part by part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.travelling import Travel, typed

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser import navigators

VITALS = (("10:00", "128", "82", "70"), ("10:50", "142", "90", "84"), ("12:10", "126", "80", "68"))
ESCORT, NOTE = "Jocasta", "Hummed a barcarole at the peak."


def record(tess: navigators.Laptop, travel: Travel) -> None:
    """From her page of a patient: a dose first, where mg and mg/kg agree; its end comes last."""
    page = tess.page
    tess.link("Plan and record sessions")
    tess.link("Change or look closer")
    tess.link("Begin the record")
    page.get_by_label("Began").fill(typed(travel.at(3, 10, 5)))
    page.get_by_label("Body weight").fill("70")
    write_dose(tess, at="10:10", mg="70", per_kg="0.5")
    tess.button("Save and go to Vitals")
    tess.reads(re.compile("Correct one of them"))
    look_at_the_end(tess, "record-refused")
    write_dose(tess, at="10:10", mg="35", per_kg="0.5")
    tess.button("Save and go to Vitals")
    write_vitals(tess)
    look_at_the_end(tess, "record-vitals")
    tess.button("Save and go to For you alone")
    page.get_by_label("Note for the record").fill(NOTE)
    tess.button("Save and go to Going home")
    for box in page.get_by_role("group", name="Before they go home").get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Who accompanies them").fill(ESCORT)
    page.get_by_label("Went home at").fill("12:25")
    look_at_the_end(tess, "record-home")
    tess.button("Save and go to Times and doses")
    page.get_by_label("Ended").fill(typed(travel.at(3, 11)))
    tess.go(page.get_by_role("button", name="Save", exact=True).last)
    tess.reads(re.compile("^Saved. .* gets a copy, without what is for you alone"))
    tess.sees("session-held")


def write_vitals(tess: navigators.Laptop) -> None:
    for number, values in enumerate(VITALS):
        reading = row(tess, "Vitals").nth(number)
        for label, value in zip(("Time", "Systolic", "Diastolic", "Pulse"), values, strict=True):
            reading.get_by_label(label).fill(value)


def look_at_the_end(tess: navigators.Laptop, name: str) -> None:
    """Its button stays in reach and covers whatever is under it; at the end that is nothing."""
    tess.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    tess.sees(name)


def row(tess: navigators.Laptop, section: str) -> Locator:
    """The rows of one section of the record."""
    return tess.page.locator(
        "section", has=tess.page.get_by_role("heading", name=section)
    ).get_by_role("group")


def write_dose(tess: navigators.Laptop, at: str, mg: str, per_kg: str) -> None:
    first = row(tess, "Doses").first
    first.get_by_label("Time").fill(at)
    first.get_by_label("Route").select_option(label="into a muscle (IM)")
    first.get_by_label("Dose in all").fill(mg)
    first.get_by_label("Dose by weight").fill(per_kg)
