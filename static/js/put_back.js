"use strict";
// Words that were typed on this page and not saved go back into the fields they came from.
afterglow.enhance("[data-kept-words]", (block) => {
  const button = block.querySelector("[data-put-back]");
  const fields = new Map();
  block.querySelectorAll("[data-field]").forEach(({ dataset: { field, value }, textContent }) => {
    fields.set(field, [...(fields.get(field) ?? []), value ?? textContent]);
  });
  const controls = (form, name) => [...form.elements].filter((one) => one.name === name && one.type !== "hidden");
  const has = (form) => [...fields.keys()].filter((name) => controls(form, name).length).length;
  const [form] = [...document.querySelectorAll("input[data-autosave]")].map((own) => own.form).sort((a, b) => has(b) - has(a));
  if (!form || !has(form)) return;

  const tell = (control) => {
    for (let around = control.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const fill = (name, values) => {
    const found = controls(form, name);
    const boxes = found.filter(({ type }) => type === "checkbox" || type === "radio");
    const areas = found.filter((one) => !boxes.includes(one));
    const rest = values.filter((value) => value && !boxes.some((box) => box.value === value));
    boxes.forEach((box) => { box.checked = values.includes(box.value); });
    areas.forEach((area, at) => {
      const words = areas.length > 1 ? rest[at] ?? "" : rest.join(", ");
      // What was typed here meanwhile stays.
      const typed = area.type === "textarea" && area.value !== area.defaultValue && area.value !== words;
      area.value = typed ? `${area.value}\n\n${words}` : words;
    });
    found.forEach(tell);
    return found.length > 0;
  };

  button.hidden = false;
  button.addEventListener("click", () => {
    form.elements.continues?.remove();
    const named = { type: "hidden", name: "continues", value: block.dataset.keptWords };
    form.append(afterglow.make("input", named));
    const whole = [...fields].map(([name, values]) => fill(name, values)).every(Boolean);
    // What has no place on this page any more stays to be read.
    block.hidden = whole;
    button.hidden = true;
    controls(form, fields.keys().next().value)[0]?.focus();
  });
});
