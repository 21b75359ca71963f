"use strict";
// A page out of the browser's back cache may belong to a session that has ended: ask the server before it is read.
afterglow.enhance("body[data-idle-minutes]", (body) => {
  window.addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    if (!afterglow.unsaved) {
      body.hidden = true;
      location.reload();
      return;
    }
    const answer = await fetch("/account", { method: "HEAD", redirect: "manual" }).catch(() => null);
    if (answer && !answer.ok) location.replace(location.pathname + location.search);
  });
});
