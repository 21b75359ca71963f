"use strict";
// The two places that one page's draft goes to: the server, or else this phone, sealed, until the server has as much.
afterglow.draftOf = (form) => {
  const { page: { value: slot }, turn, csrf_token: formToken } = form.elements;
  const { autosave: address, phones = "" } = form.dataset;
  const state = document.querySelector("[data-save-state]");
  let held = 0, kept = 0;

  // Held up on its way, an older draft must not replace a newer one: the server compares turns.
  const typed = () => {
    turn.value = Number(turn.value) + 1;
    return new FormData(form);
  };
  const post = (keepalive, signal) => fetch(address, {
    method: "POST",
    body: new URLSearchParams(typed()),
    headers: { "X-CSRFToken": formToken.value, Accept: "application/json" },
    // A redirect means the session ended: following it would look like success.
    redirect: "manual", keepalive, signal,
  }).then((answer) => (answer.type === "opaqueredirect" ? 401 : answer.status));
  const letGo = (edit) => {
    kept = Math.max(kept, edit);
    if (held && held <= kept) afterglow.aside({ act: "drop", slot });
  };
  const hold = async (edit) => {
    const pairs = [...typed(), ["client_id", address.split("/").pop()]];
    const asks = `${address}?page=${slot}&turn=${turn.value}`;
    const answer = await afterglow.aside({ act: "keep", phones, slot, kind: "draft", pairs, asks });
    if (answer === "kept") {
      held = edit;
      letGo(0);
    }
    return answer;
  };
  // Says only what was confirmed: by the server, or by the worker that sealed it.
  const say = (word, edit) => {
    const here = edit && held === edit ? state?.dataset[`${word}Here`] : undefined;
    const text = here ?? state?.dataset[word] ?? "";
    if (state && state.textContent !== text) state.textContent = text;
    state?.classList.toggle("unsaved", !here && ["offline", "broken", "ended", "refused", "full"].includes(word));
  };
  return { say, post, hold, letGo, holds: (edit) => held === edit, leave: () => afterglow.aside({ act: "send", left: slot }) };
};
