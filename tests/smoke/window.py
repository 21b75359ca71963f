"""One browser's window, whichever browser it is: it acts on what a page says and waits for it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.smoke.drivers import Failed

if TYPE_CHECKING:
    from tests.smoke.drivers import Driver

WAIT = 40  # seconds; other work goes on beside this
# A script that failed on the page that is left is gone with it, so each page is asked for its own.
READY = "return document.readyState === 'complete' && location.href;"
VISIBLE = "(one) => one.checkVisibility() && one.getClientRects().length > 0"
BY_WORDS = """const said = (one) => (one.getAttribute("aria-label") ?? one.textContent).trim();
const found = [...document.querySelectorAll({where})].filter({visible});
const target = found.find((one) => said(one) === {words})
  ?? found.find((one) => said(one).startsWith({words}));
target?.scrollIntoView({block: "center", behavior: "instant"});
return target ?? null;"""


@dataclass
class Window:
    """A window on the demo."""

    driver: Driver
    url: str

    def goto(self, path: str) -> None:
        self.driver.ask("go", url=self.url + path)

    def run(self, body: str) -> Any:
        """Run a function's body in the page; what it returns or promises comes back."""
        script = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => {{ {body} }})().then(done, (error) => done(`failed: ${{error}}`));"
        )
        return self.driver.ask("run", script=script, args=[])

    def sees(self, words: str) -> None:
        """Wait until the page shows it."""
        self.until(
            f"return document.querySelector('main').innerText.includes({json.dumps(words)});"
        )

    def until(self, body: str) -> Any:
        """Ask the page until it says something that is true; a page in between has no answer."""
        last, said = time.monotonic() + WAIT, None
        while time.monotonic() < last:
            try:
                said = self.run(body)
            except Failed as error:
                said = f"failed: {error}"
            if said and not str(said).startswith("failed: "):
                return said
            time.sleep(0.2)
        shown = self.run("return location.href + ' ' + document.body.innerText.slice(0, 600);")
        raise AssertionError(f"never so: {body}: {said}: {shown}")

    def fill(self, css: str, words: str) -> None:
        found = self.driver.ask("find", using="css selector", value=css)
        self.driver.ask("type", id=next(iter(found.values())), text=words)

    def press(self, words: str, where: str = "button, a[href], summary, label") -> None:
        """Press what says this on the page."""
        body = BY_WORDS.replace("{where}", json.dumps(where)).replace("{visible}", VISIBLE)
        found = self.until(body.replace("{words}", json.dumps(words)))
        self.driver.ask("click", id=next(iter(found.values())))
