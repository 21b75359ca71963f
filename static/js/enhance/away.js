"use strict";
// A phone keeps a picture of each app that went to the background: where it asks us first, it gets an empty one.
afterglow.enhance("body[data-idle-minutes]", () => {
  const cover = (away) => document.documentElement.classList.toggle("away", away);
  document.addEventListener("visibilitychange", () => cover(document.hidden));
  window.addEventListener("pagehide", () => cover(true));
  window.addEventListener("pageshow", () => cover(false));
});
