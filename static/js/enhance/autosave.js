"use strict";
// <form data-autosave="/drafts/..."> keeps a sealed draft, one with <input data-autosave="/words/..."> what was typed; the
// state line says only what was confirmed. What the server did not take is sealed on this phone, where it may write.
afterglow.enhance("[data-autosave]", (marked) => {
  const form = marked.form ?? marked;
  Object.assign(form.dataset, marked.dataset);
  const draft = afterglow.draftOf(form), pauses = [4000, 8000, 15000, 30000, 60000];
  let edits = 0, kept = 0, sent = 0, hurried = 0, failures = 0, timer = 0, soon = 0, since = 0, trouble = "";
  let flight = null, leaving = false, asking = false, sure = false;
  const say = (word) => draft.say(word, edits);
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };
  const hold = async (posted) => {
    clearTimeout(soon);
    if (kept === edits || draft.holds(edits)) return;
    const edit = edits, answer = await draft.hold(edit, posted);
    if (edit !== edits || kept === edits) return;
    afterglow.held = draft.holds(edits);
    if (trouble) say(answer === "full" ? "full" : trouble);
  };
  const fail = (word) => { trouble = word; say(word); hold(); };
  const missed = (word) => { fail(word); later(pauses[Math.min(failures++, pauses.length - 1)]); };
  const answered = (status, edit) => {
    // Answers overtake each other: what was sent before the last one says nothing about the page.
    if (edit < kept || (status === 409 && edit < sent)) return;
    if (status === 401 || status === 403) return fail("ended");
    if (status >= 500 || status === 429) return missed("broken");
    if (status < 200 || status > 299) return fail("refused");
    [failures, trouble, kept] = [0, "", edit];
    draft.letGo(kept);
    if (kept !== edits) return later(1500);
    afterglow.unsaved = false;
    document.dispatchEvent(new Event("afterglow:kept"));
    say("saved");
  };
  const post = (keepalive, signal) => { sent = edits; return draft.post(keepalive, signal); };
  async function save() {
    if (leaving || flight || kept === edits || form.hidden) return;
    const edit = edits, mine = flight = new AbortController();
    since = 0;
    say("saving");
    // A link that is dead and does not say so must not hold words up; a slow one may still bring them.
    const slow = [setTimeout(() => fail("offline"), 10000), setTimeout(() => mine.abort(new Error("slow")), 60000)];
    await post(false, mine.signal).then((status) => answered(status, edit)).catch(({ name }) => { if (name !== "AbortError") missed("offline"); });
    slow.forEach(clearTimeout);
    flight = null;
  }
  const hurry = () => {
    // Leaving a page both hides it and ends it.
    if (leaving || kept === edits || hurried === edits || form.hidden) return;
    flight?.abort();
    const edit = hurried = edits;
    hold(true);
    // Browsers refuse a keepalive body above 64 KiB; then an ordinary request is the best there is.
    post(true).catch(() => post(false)).then((status) => answered(status, edit)).catch(() => { hurried = 0; fail("offline"); });
  };
  // The words go before the form, which ends at the browser's own error page, without them, when there is no signal.
  const ahead = (patience) => {
    const edit = edits;
    return post(false, AbortSignal.timeout(patience)).then((status) => {
      if (status >= 500 || status === 429) throw new Error(`words answered ${status}`);
      if (status < 300) draft.letGo(kept = edit);
    }).catch((error) => { leaving = false; fail("offline"); later(pauses[0]); throw error; });
  };
  const ask = (submitter) => {
    asking = true;
    say("saving");
    ahead(30000).then(() => { sure = true; form.requestSubmit(submitter); }).catch(() => {}).finally(() => { asking = false; });
  };
  // A form that is sealed whole as its button is pressed asks by itself whether the link holds: these words may tell.
  form.sealed = (whole) => { if (whole) draft.took(edits); else leaving = false; };
  form.ahead = () => (kept === edits ? null : ahead(8000).then(() => ({ ok: true })));
  form.addEventListener("input", () => {
    edits += 1;
    // Whoever types on after sending is still here: the signal was lost and the sending given up.
    leaving = false;
    since ||= Date.now();
    if (!failures) say("saving");
    clearTimeout(soon);
    if (trouble) soon = setTimeout(hold, 1000);
    // Who never pauses is saved all the same.
    later(failures ? pauses[Math.min(failures, pauses.length - 1)] : Math.min(1500, Math.max(0, since + 5000 - Date.now())));
  });
  // A draft that arrives after the entry itself would bring the entry back as a draft.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    flight?.abort();
    leaving = sure || kept === edits || Boolean(form.keeping);
    sure = false;
    if (leaving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!asking) ask(event.submitter);
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("online", () => later(0));
  window.addEventListener("pagehide", () => { hurry(); if (trouble && kept !== edits) draft.leave(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) hurry(); });
  window.addEventListener("beforeunload", (event) => { if (!leaving && trouble && kept !== edits && !draft.holds(edits)) event.preventDefault(); });
});
