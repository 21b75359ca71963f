"use strict";
// Beside words that could not be saved, on a phone that keeps none by itself: how it could, said once and never again.
afterglow.enhance("[data-keep-here]", (offer) => {
  const state = offer.closest("form").querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
  const { offline, broken, ended } = state?.dataset ?? {};
  const watch = new MutationObserver(async () => {
    if (![offline, broken, ended].includes(state.textContent)) return;
    watch.disconnect();
    if (localStorage.getItem("keep-here") || await phoneStore.phone().catch(() => true)) return;
    localStorage.setItem("keep-here", "said");
    offer.hidden = false;
  });
  if (state) watch.observe(state, { childList: true });
});
