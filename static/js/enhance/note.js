"use strict";
// <form data-note="Note"> holds a check-in. Where this phone may write, its note is sealed here while it is typed,
// and all of it before it is sent: a link that dies on the way takes nothing with it.
afterglow.enhance("form[data-note]", (form) => {
  const { note, client_id: own } = form.elements;
  const { phones, note: title } = form.dataset;
  const [of, draft] = [own?.value ?? form.dataset.of, crypto.randomUUID()];
  // A page that shows the same form again goes on with what the one before it sealed.
  const slot = own ? `${of} note` : draft;
  const state = form.querySelector("[data-note-state]");
  let timer, turn = 0;

  const say = (answer) => { state.textContent = state.dataset[answer] ?? ""; };
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    if (!note.value.trim()) return afterglow.aside({ act: "drop", slot });
    const pairs = Object.entries({ client_id: draft, turn: String(++turn), title, body: note.value, of });
    return afterglow.aside({ act: "keep", phones, slot, kind: "draft", pairs }).then(say);
  };
  form.keeping = async () => {
    clearTimeout(timer);
    const scored = [...form.querySelectorAll("[data-dial] input[type=number]")].some(({ value }) => value !== "");
    if (own && !scored) return;
    if (own) {
      const pairs = [...new FormData(form)];
      const answer = await afterglow.aside({ act: "keep", phones, slot: of, id: of, kind: "check-in", pairs, asks: `/check-ins/${of}/edit` });
      say(answer);
      if (answer !== "kept") return;
    }
    afterglow.aside({ act: "drop", slot });
  };

  if (own) [of, slot].forEach((one) => afterglow.aside({ act: "claim", slot: one }));
  note.addEventListener("input", () => { timer ||= setTimeout(keep, 1000); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) keep(); });
});
