"use strict";
// The two places that one page's words go to: the server, or else this phone, sealed, until the server has as much.
afterglow.draftOf = (form) => {
  const { page, turn, csrf_token: formToken } = form.elements;
  const { autosave, phones = "" } = form.dataset;
  const state = form.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
  // A form that is no entry's says as well where it stands: "/" is where we are, unless it came back from there.
  const [slot, where] = [page.value.slice(0, 36), page.value.slice(36)];
  const at = where === "/" ? location.pathname + location.search : where;
  page.value = slot + at;
  const address = at ? `/words/${slot}` : autosave;
  const kind = at ? "form" : "draft";
  // Before anybody hides the page, and with it what it is called.
  const whose = document.querySelector(".person[aria-current] strong")?.textContent;
  const title = [document.title.replace(/ · [^·]*$/, ""), whose].filter(Boolean).join(" · ");
  const touched = at && afterglow.touchedIn(form);
  let held = 0, kept = 0;

  // Held up on its way, an older draft must not replace a newer one: the server compares turns.
  const typed = () => {
    turn.value = Number(turn.value) + 1;
    if (!at) return [...new FormData(form)];
    const said = { turn: turn.value, at, title, typed: JSON.stringify(touched()) };
    return Object.entries({ ...said, continues: form.elements.continues?.value ?? "" });
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
  const hold = async (edit, posted) => {
    const pairs = [...typed(), at ? ["page", slot] : ["client_id", address.split("/").pop()]];
    const asks = `${address}?page=${slot}&turn=${turn.value}`;
    const answer = await afterglow.aside({ act: "keep", phones, slot, kind, pairs, asks, posted });
    if (answer === "kept") {
      held = edit;
      letGo(0);
    }
    return answer;
  };
  // The whole form is sealed here: its words need not be a second time.
  const took = (edit) => { held = edit; afterglow.aside({ act: "drop", slot }); };
  // Says only what was confirmed: by the server, or by the worker that sealed it.
  const say = (word, edit) => {
    const here = edit && held === edit ? state?.dataset[`${word}Here`] : undefined;
    const text = here ?? state?.dataset[word] ?? "";
    if (state && state.textContent !== text) state.textContent = text;
    state?.classList.toggle("unsaved", !here && ["offline", "broken", "ended", "refused", "full"].includes(word));
  };
  // The same form came back, to be put right: what it sealed is its own again.
  if (at && turn.value !== "0") afterglow.aside({ act: "claim", slot });
  return { say, post, hold, letGo, took, holds: (edit) => held === edit, leave: () => afterglow.aside.send(slot) };
};
