"""Ana keeps her safety plan on her phone: there with no signal, signed out, and gone by choice.

Red when static/js/plan.js: switching off leaves the copy where it lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.test_writing_without_signing_in import ANSWERS, NEVER_ANSWERS

if TYPE_CHECKING:
    from tests.browser.look import Look
    from tests.browser.navigators import Phone

KEPT = "() => phoneStore.plan().then((plan) => JSON.stringify(plan ?? null))"


def write(phone: Phone, part: str, words: str) -> None:
    phone.page.goto(f"/safety-plan/parts/{part}")
    phone.page.get_by_label("In your own words").fill(words)
    phone.button("Save this part")
    phone.heading("Your safety plan")


def test_ana_reads_her_plan_without_a_signal_until_she_takes_it_off(ana: Phone, look: Look) -> None:
    page = ana.page
    write(ana, "alone", "Out of the door, once around the pond.")
    page.goto("/safety-plan/parts/people")
    look(page, "safety-plan-people")
    page.get_by_label("Name").first.fill("Marta")
    page.get_by_label("Number").first.fill("07700 900142")
    ana.button("Save this part")
    assert page.evaluate(KEPT) == "null", "nothing is kept before she chose it"
    ana.button("Keep it on this phone")
    ana.reads("Your plan is kept on this phone.")
    look(page, "safety-plan")
    write(ana, "alone", "Cold water on my wrists.")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => 0)")
    ana.today()
    ana.sign_out()
    page.context.set_offline(True)
    page.goto("/help-now")
    plan = page.get_by_role("link", name="Your safety plan")
    expect(plan).to_have_attribute("href", "/safety-plan/kept")
    ana.go(plan)
    ana.reads("Cold water on my wrists.")
    expect(page.get_by_role("link", name="Marta")).to_have_attribute("href", "tel:07700900142")
    look(page, "safety-plan-kept")
    page.goto("/safety-plan")
    ana.reads("Cold water on my wrists.")
    page.context.set_offline(False)
    [worker] = page.context.service_workers
    worker.evaluate(NEVER_ANSWERS)
    page.goto("/safety-plan")
    ana.reads("Cold water on my wrists.")
    worker.evaluate(ANSWERS)
    page.goto("/sign-in")
    ana.sign_in()
    page.goto("/safety-plan")
    ana.button("Take it off this phone")
    ana.reads("Your plan is not kept on this phone.")
    assert page.evaluate(KEPT) == "null"
    page.goto("/safety-plan/kept")
    ana.reads("No safety plan is kept on this phone.")
