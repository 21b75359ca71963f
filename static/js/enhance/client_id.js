"use strict";
// Without a connection nothing is sent: the browser's own error page would take the words away.
// A double tap sends once. The client_id that the page made stays, so even a second send writes nothing twice.
afterglow.enhance("form[method=post]", (form) => {
  const buttons = () => [...form.querySelectorAll("button:not([type=button])")];
  const free = () => {
    delete form.dataset.sent;
    buttons().forEach((button) => button.removeAttribute("aria-disabled"));
  };
  const offline = afterglow.make("p", { className: "notice wrong", textContent: document.body.dataset.offline }, { role: "alert" });
  window.addEventListener("online", () => offline.remove());
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      form.append(offline);
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
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
