"use strict";
// A button that shows what was typed into a secret field, until the form is sent.
afterglow.enhance("[data-secret]", (box) => {
  const field = box.querySelector("input");
  const button = afterglow.make("button", { type: "button", textContent: box.dataset.show }, { "aria-controls": field.id });
  const turn = (visible) => {
    field.type = visible ? "text" : "password";
    button.textContent = visible ? box.dataset.hide : box.dataset.show;
  };
  button.addEventListener("click", () => turn(field.type === "password"));
  field.form?.addEventListener("submit", () => turn(false));
  window.addEventListener("pagehide", () => turn(false));
  box.classList.add("armed");
  box.append(button);
});
