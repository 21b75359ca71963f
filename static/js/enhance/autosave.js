"use strict";
// <form data-autosave="/drafts/..."> keeps a sealed draft; the state line says only what the server confirmed.
afterglow.enhance("form[data-autosave]", (form) => {
  const state = document.querySelector("[data-save-state]");
  const pauses = [4000, 8000, 15000, 30000, 60000];
  let edits = 0, kept = 0, sent = 0, hurried = 0, failures = 0, timer = 0, flight = null, leaving = false, asking = false, sure = false;

  const say = (word) => {
    const text = state?.dataset[word] ?? "";
    if (state && state.textContent !== text) state.textContent = text;
    state?.classList.toggle("unsaved", ["offline", "ended", "refused"].includes(word));
  };
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };
  const answered = (status, edit) => {
    // Answers overtake each other: what was sent before the last one says nothing about the page.
    if (edit < kept || (status === 409 && edit < sent)) return;
    if (status === 401 || status === 403) return say("ended");
    if (status >= 500 || status === 429) throw new Error(`draft answered ${status}`);
    if (status < 200 || status > 299) return say("refused");
    failures = 0;
    kept = edit;
    if (kept !== edits) return later(1500);
    afterglow.unsaved = false;
    document.dispatchEvent(new Event("afterglow:kept"));
    say("saved");
  };
  const post = (keepalive, signal) => {
    sent = edits;
    // Held up on its way, an older draft must not replace a newer one: the server compares turns.
    form.elements.turn.value = Number(form.elements.turn.value) + 1;
    return fetch(form.dataset.autosave, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
      // A redirect means the session ended: following it would look like success.
      redirect: "manual", keepalive, signal,
    }).then((answer) => (answer.type === "opaqueredirect" ? 401 : answer.status));
  };

  async function save() {
    if (leaving || flight || kept === edits) return;
    const edit = edits;
    flight = new AbortController();
    say("saving");
    try {
      answered(await post(false, flight.signal), edit);
    } catch (error) {
      if (error.name !== "AbortError") {
        say("offline");
        later(pauses[Math.min(failures++, pauses.length - 1)]);
      }
    } finally { flight = null; }
  }
  const hurry = () => {
    // Leaving a page both hides it and ends it.
    if (leaving || kept === edits || hurried === edits) return;
    flight?.abort();
    const edit = hurried = edits;
    // Browsers refuse a keepalive body above 64 KiB; then an ordinary request is the best there is.
    post(true).catch(() => post(false)).then((status) => answered(status, edit)).catch(() => { hurried = 0; say("offline"); });
  };

  // The draft goes before the form, which ends at the browser's own error page, without its words, when there is no signal.
  const ask = (submitter) => {
    asking = true;
    say("saving");
    post(false, AbortSignal.timeout(30000)).then((status) => {
      if (status >= 500 || status === 429) throw new Error(`draft answered ${status}`);
      sure = true;
      form.requestSubmit(submitter);
    }).catch(() => { say("offline"); later(pauses[0]); }).finally(() => { asking = false; });
  };

  form.addEventListener("input", () => {
    edits += 1;
    // Whoever types on after sending is still here: the signal was lost and the sending given up.
    leaving = false;
    if (!failures) say("saving");
    later(failures ? pauses[Math.min(failures, pauses.length - 1)] : 1500);
  });
  // A draft that arrives after the entry itself would bring the entry back as a draft.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    flight?.abort();
    leaving = sure || kept === edits;
    sure = false;
    if (leaving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!asking) ask(event.submitter);
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("online", () => later(0));
  window.addEventListener("pagehide", hurry);
  document.addEventListener("visibilitychange", () => { if (document.hidden) hurry(); });
  window.addEventListener("beforeunload", (event) => { if (!leaving && failures && kept !== edits) event.preventDefault(); });
});
