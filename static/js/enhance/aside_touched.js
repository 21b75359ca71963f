"use strict";
// What was typed into a form or chosen in it: name, value, label, and a choice's own words. What is as the page showed it
// is left out, and so are secrets and what nobody sees.
afterglow.touchedIn = (form) => {
  const unseen = ["hidden", "password", "submit", "button", "fieldset"];
  const said = () => {
    const values = new Map();
    for (const { name, type } of form.elements) if (name && !unseen.includes(type)) values.set(name, []);
    for (const [name, value] of new FormData(form)) values.get(name)?.push(value);
    return values;
  };
  // A form that comes back to be put right shows what was typed before: all of it counts.
  const shown = form.elements.turn.value === "0" ? said() : new Map();
  const same = (name, values) => (shown.has(name) ? JSON.stringify(values) === JSON.stringify(shown.get(name)) : !values.some(Boolean));
  const words = (part) => part?.textContent.trim() ?? "";
  const told = (name, value) => {
    const named = [...form.elements].filter((one) => one.name === name);
    const box = named.find((one) => one.value === value && /box|radio/.test(one.type));
    if (box) return [name, value, words(box.closest("fieldset")?.querySelector("legend")), words(box.labels[0])];
    return [name, value, words(named[0].labels?.[0]) || (named[0].ariaLabel ?? "")];
  };
  return () => [...said()].filter(([name, values]) => !same(name, values))
    // A box that was emptied says so.
    .flatMap(([name, values]) => (values.length ? values : [""]).map((value) => told(name, value)));
};
