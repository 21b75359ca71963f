"use strict";
// Every behaviour registers here; a page works without any of them.
const afterglow = (() => {
  const enhance = (selector, behave) => {
    document.querySelectorAll(selector).forEach((element) => {
      // One broken behaviour must not take the others, or the form, with it.
      try { behave(element); } catch (error) { console.error(selector, error); }
    });
  };
  const make = (tag, properties = {}, attributes = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };
  // Our English writes 22 Nov and 18:04.
  const { lang } = document.documentElement;
  // Typed and not yet kept by the server, or at least sealed on this phone; whoever leaves the page asks here first.
  return { enhance, make, lang: lang === "en" ? "en-GB" : lang, unsaved: false, held: false };
})();
document.addEventListener("input", () => { afterglow.unsaved = true; afterglow.held = false; });
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) afterglow.unsaved = false; });
afterglow.enhance("[data-errors]", (summary) => summary.focus());
