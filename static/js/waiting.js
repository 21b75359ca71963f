"use strict";
// Without a signal: how much lies sealed on this phone, so that nobody writes it again.
afterglow.enhance("[data-waiting]", async (waiting) => {
  const items = await phoneStore.items().catch(() => []), count = items.length, words = waiting.dataset;
  const name = items.some(({ refused }) => refused) ? "refused" : count === 1 ? "one" : "many";
  waiting.textContent = words[name].replace("{n}", count);
  waiting.hidden = !count;
});
