"use strict";
// Before the idle end says so; at the end takes the page away, so that nobody reads over a sleeping owner's shoulder.
afterglow.enhance("body[data-idle-minutes]", (body) => {
  const notice = document.querySelector("[data-idle]");
  const span = Number(body.dataset.idleMinutes) * 60000;
  const warning = Math.min(120000, span / 3);
  const tabs = new BroadcastChannel("afterglow");
  let heard = Date.now(), touched = heard, ended = false;

  // The server counts requests, so only a request (here or in another tab) moves the end.
  const requested = () => { heard = Date.now(); notice.hidden = true; tabs.postMessage("active"); };
  const stay = async () => {
    const answer = await fetch("/account", { method: "HEAD", redirect: "manual" });
    if (answer.ok) requested();
  };
  // Words that lie sealed on this phone come back after unlocking.
  const safe = () => !afterglow.unsaved || afterglow.held;
  const leave = () => location.replace(location.pathname + location.search);
  const look = () => {
    const left = heard + span - Date.now();
    // Words that nothing holds stay: sending them asks for the password and gives them back.
    if (left <= 0 && safe() && !ended) { ended = true; leave(); }
    if (left > warning || left <= 0 || !notice.hidden) return;
    if (Date.now() - touched < warning) {
      stay().catch(() => {});
      return;
    }
    notice.querySelector("time").textContent = new Date(heard + span).toLocaleTimeString(afterglow.lang, { hour: "numeric", minute: "2-digit" });
    notice.hidden = false;
  };

  ["input", "keydown", "pointerdown", "scroll"].forEach((name) => document.addEventListener(name, () => { touched = Date.now(); }, { passive: true, capture: true }));
  document.addEventListener("afterglow:kept", requested);
  document.addEventListener("visibilitychange", look);
  notice.querySelector("button").addEventListener("click", () => stay().catch(() => {}));
  tabs.addEventListener("message", ({ data }) => {
    if (data === "active") { heard = Date.now(); notice.hidden = true; }
    if (data === "left" && safe()) leave();
  });
  afterglow.enhance("form[data-leaves]", (form) => form.addEventListener("submit", () => {
    document.querySelector("main").hidden = true;
    // The other tabs ask only once the session is gone.
    window.addEventListener("pagehide", () => tabs.postMessage("left"));
  }));
  tabs.postMessage("active");
  setInterval(look, Math.min(15000, warning / 4));
});
