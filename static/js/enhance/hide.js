"use strict";
// Hide, or Escape twice: a page that says nothing covers this one at once. Nothing is left, so nothing typed is lost.
afterglow.enhance("[data-cover]", (control) => {
  const { make } = afterglow;
  const { title, nothing, back } = control.dataset;
  const ours = document.title;
  const cover = make("div", { className: "cover empty", hidden: true });
  const again = make("button", { type: "button", className: "asks", textContent: back });
  cover.append(make("h1", { textContent: title }), make("p", { className: "soft", textContent: nothing }), again);
  document.body.append(cover);
  let escaped = -Infinity, at = 0, focused = null;

  const show = (hiding) => {
    if (hiding === !cover.hidden) return;
    if (hiding) [at, focused] = [scrollY, document.activeElement];
    document.documentElement.classList.toggle("hiding", hiding);
    cover.hidden = !hiding;
    document.title = hiding ? title : ours;
    if (hiding) return again.focus();
    scrollTo({ top: at, behavior: "instant" });
    focused?.focus({ preventScroll: true });
  };
  control.addEventListener("click", (event) => { event.preventDefault(); show(true); });
  again.addEventListener("click", () => show(false));
  // Capture: dialogs and menus take their Escape too, and the second must not depend on them.
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - escaped < 700) show(true);
    escaped = event.timeStamp;
  }, { capture: true });
});
