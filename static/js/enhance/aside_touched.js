"use strict";
// What was typed into a form or chosen in it, as name and value; what is as the page showed it is left out, and so are
// secrets and what nobody sees.
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
  const same = (name, values) => JSON.stringify(values) === JSON.stringify(shown.get(name) ?? []) || (!shown.has(name) && !values.some(Boolean));
  return () => [...said()].filter(([name, values]) => !same(name, values))
    // A box that was emptied says so.
    .flatMap(([name, values]) => (values.length ? values : [""]).map((value) => [name, value]));
};
