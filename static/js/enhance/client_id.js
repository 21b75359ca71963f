"use strict";
// A double tap sends once. The client_id that the page made stays, so even a second send writes nothing twice.
afterglow.enhance("form[method=post]", (form) => {
  const buttons = () => [...form.querySelectorAll("button:not([type=button])")];
  const free = () => {
    delete form.dataset.sent;
    buttons().forEach((button) => button.removeAttribute("aria-disabled"));
  };
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    buttons().forEach((button) => button.setAttribute("aria-disabled", "true"));
    // With a bad signal the browser may give up quietly; then the button must work again.
    setTimeout(free, 10000);
  });
  window.addEventListener("pageshow", free);
});
