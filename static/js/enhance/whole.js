"use strict";
// <form data-whole> holds a new check-in. Where this phone may write, all of it is sealed here before it is sent: a link
// that dies on the way takes nothing with it, and of the sent and the sealed one a single one is written.
afterglow.enhance("form[data-whole]", (form) => {
  const { client_id: { value: id } } = form.elements;
  form.keeping = async () => {
    const scored = [...form.querySelectorAll("[data-dial] input[type=number]")].some(({ value }) => value !== "");
    if (!scored) return false;
    const pairs = [...new FormData(form)];
    const { phones } = form.dataset;
    const asks = `/check-ins/${id}/edit`;
    return await afterglow.aside({ act: "keep", phones, slot: id, id, kind: "check-in", pairs, asks, posted: navigator.onLine }) === "kept";
  };
  // Nobody is to check in twice for want of an answer: what stands sealed here is taken away, with the first signal.
  form.waits = () => {
    afterglow.unsaved = false;
    form.hidden = true;
    const notice = afterglow.make("p", { className: "notice", tabIndex: -1, textContent: form.dataset.whole }, { role: "alert" });
    form.after(notice);
    notice.focus();
    window.addEventListener("online", () => afterglow.aside.send(id));
  };
  // A page that shows the same form again goes on with what the one before it sealed.
  afterglow.aside({ act: "claim", slot: id });
});
