"""What one open page must bear: axe at each size and scheme, large text, the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tests.browser.axe import TAGS
from tests.browser.look import NARROWEST, enlarge_text, fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

WIDTHS = {NARROWEST: 700, 390: 844, 1440: 900}
MOST_STEPS = 400
RULES = """tags => axe.run(document, {runOnly: tags}).then(({violations}) =>
  violations.map(({id, nodes}) => [id, nodes.length, nodes[0].target.join(" ")]))"""
# Whoever tabs must see where they are: drawn, uncovered, and with something around it.
SEEN = """() => {
  const one = document.activeElement, {body, documentElement} = document;
  if (!one || one === body) return null;
  const isLast = smoke.last === one, isNew = !smoke.met.has(one);
  smoke.last = one;
  smoke.met.add(one);
  const box = one.closest("label, .dial, .audience-choice") ?? one;
  const ringed = [one, box].map((part) => getComputedStyle(part))
    .some((look) => look.outlineStyle !== "none" || look.boxShadow !== "none");
  const isOurs = (met) => box.contains(met)
    || (met?.contains(one) && met !== body && met !== documentElement);
  const parts = [one, box].flatMap((part) => [...part.getClientRects()]);
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.2, 0.5, 0.8].map((y) => [x, y]));
  const shown = parts.some(({left, top, width, height}) => points.some(([x, y]) =>
    isOurs(document.elementFromPoint(left + width * x, top + height * y))));
  return {isLast, isNew, ringed, shown, text: one.outerHTML.slice(0, 120)};
}"""
UNREACHED = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled)
  .filter((one) => one.tabIndex >= 0 && one.type !== "radio" && !one.closest("[inert]"))
  .filter((one) => !smoke.met.has(one))
  .map((one) => one.outerHTML.slice(0, 120))"""
BEGIN = """() => {
  globalThis.smoke = {met: new Set()};
  document.activeElement?.blur();
  getSelection().removeAllRanges();
}"""


class Finding(NamedTuple):
    """One thing that is wrong: when it was seen, and what it is."""

    when: str
    what: str


def findings(page: Page, axe_source: str) -> Iterator[Finding]:
    """Try one page in every way; nothing is left of that on it."""
    yield from _by_keyboard(page)
    # Evaluated by the debugger, so the page's own policy need not be loosened for it.
    page.evaluate(axe_source)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        # A button that sticks to the window's end covers what can be scrolled out from under it.
        whole = max(height, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": whole})
        for when, media in _media():
            page.emulate_media(**media)
            for rule, count, where in page.evaluate(RULES, TAGS):
                yield Finding(f"{width} px, {when}", f"{rule} ({count}): {where}")
        page.emulate_media(color_scheme="light", forced_colors="none")
    yield from _overflow(page)


def _media() -> Iterator[tuple[str, dict[str, Any]]]:
    for scheme in ("light", "dark"):
        yield scheme, {"color_scheme": scheme, "forced_colors": "none"}
    yield "forced colours", {"color_scheme": "light", "forced_colors": "active"}


def _overflow(page: Page) -> Iterator[Finding]:
    page.set_viewport_size({"width": NARROWEST, "height": WIDTHS[NARROWEST]})
    for size in ("100%", "200%"):
        enlarge_text(page, size)
        try:
            fits(page, "")
        except AssertionError as error:
            yield Finding(f"{NARROWEST} px, text of {size}", f"overflow: {error}")
    enlarge_text(page, "")


def _by_keyboard(page: Page) -> Iterator[Finding]:
    page.set_viewport_size({"width": 390, "height": WIDTHS[390]})
    page.evaluate(BEGIN)
    rounds = 0
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        step = page.evaluate(SEEN)
        # A page that gave the focus to something in its middle is gone through from there.
        if step is None or not (step["isNew"] or step["isLast"]):
            rounds += 1
            if rounds > 1:
                break
            continue
        # Inside of one field it is the browser that shows where: the parts of a date.
        if step["isNew"] and not step["ringed"]:
            yield Finding("by keys", f"the focus is not seen on {step['text']}")
        if not step["shown"]:
            yield Finding("by keys", f"something covers {step['text']}")
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    for one in page.evaluate(UNREACHED):
        yield Finding("by keys", f"Tab never comes to {one}")
