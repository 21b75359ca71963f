"use strict";
// The therapist's keys: j and k through the list, / to the search, ? for help.
afterglow.enhance("[data-shortcuts]", (desk) => {
  const help = desk.querySelector("[data-shortcuts-help]");
  const items = () => [...desk.querySelectorAll("[data-shortcut-item], .person, .line a.item")].filter((item) => item.checkVisibility());
  const step = (by) => {
    const all = items();
    const current = all.indexOf(document.activeElement);
    const from = current >= 0 ? current : all.findIndex((item) => item.ariaCurrent);
    all[Math.min(all.length - 1, Math.max(0, from + by))]?.focus();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => desk.querySelector("input[type=search]")?.focus(),
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
});
