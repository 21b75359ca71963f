"use strict";
// Writes down without a session: each item is sealed, lies on this phone until it is sent, and can't be read here.
afterglow.enhance("[data-write]", (form) => {
  const find = (name) => document.querySelector(`[${name}]`);
  const [state, setup, waiting] = ["data-write-state", "data-write-setup", "data-waiting"].map(find);
  const lockOf = (id) => `leaf ${id}`;
  let phone, leaf, timer, again, pause = 2000, waited = 0, wentOut = false, line = Promise.resolve();

  const say = (name) => {
    state.textContent = state.dataset[name];
    state.classList.toggle("unsaved", name === "full" || name === "empty");
  };
  // Held for as long as this page lives: a leaf that nobody holds was left behind by one that was killed.
  const turn = () => {
    leaf = crypto.randomUUID();
    navigator.locks?.request(lockOf(leaf), () => new Promise(() => {}));
  };
  const fields = () => Object.fromEntries(new FormData(form));
  const some = (names) => names.some((name) => fields()[name]?.trim());
  const keep = async (id, said, ready) => {
    await phoneStore.keep({ ...await sealItem(phone, id, itemOf(form.dataset.write, said)), ready });
  };
  // One after the other: an older text must never come to lie over a newer one.
  const inLine = (act) => (line = line.then(act).catch(() => say("full")));

  const tell = async (sent = 0) => {
    const items = (await phoneStore.items()).filter(({ ready }) => ready);
    const words = waiting.dataset, count = items.length;
    const name = items.some(({ refused }) => refused) ? "refused" : count ? (count === 1 ? "one" : "many") : "sent";
    // The worker may have sent it; and whoever looks only now is told of it as well.
    wentOut ||= sent > 0 || count < waited;
    waited = count;
    waiting.hidden = !count && !wentOut;
    waiting.textContent = words[name].replace("{n}", count);
  };
  const send = async () => {
    let sent = 0;
    clearTimeout(again);
    try {
      sent = await sendItems();
      pause = 2000;
      if (sent) say("saved");
    } catch {
      // A signal is said to be back before anything gets through, and not every browser tries again by itself.
      if (navigator.onLine) again = setTimeout(send, pause);
      pause = Math.min(2 * pause, 60000);
      const worker = await navigator.serviceWorker?.getRegistration();
      await worker?.sync?.register("items").catch(() => {});
    }
    await tell(sent);
  };
  const gather = async () => {
    const held = new Set((await navigator.locks?.query())?.held.map(({ name }) => name));
    const left = (await phoneStore.items()).filter(({ id, ready, client }) => !ready && !client && !held.has(lockOf(id)));
    for (const item of left) await phoneStore.keep({ ...item, ready: true });
  };

  const begin = async () => {
    phone = await phoneStore.phone();
    setup.hidden = Boolean(phone);
    form.hidden = !phone;
    turn();
    await gather();
    await send();
  };
  const draft = () => {
    clearTimeout(timer);
    const [id, said] = [leaf, fields()];
    if (phone && some(Object.keys(said))) inLine(() => keep(id, said, false).then(() => { if (id === leaf) say("kept"); }));
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(draft, 1000); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) draft(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    timer = 0;
    if (!some(form.dataset.needs.split(" "))) { say("empty"); return; }
    const [id, said] = [leaf, fields()];
    inLine(async () => {
      await keep(id, said, true);
      say("savedHere");
      form.reset();
      turn();
      afterglow.unsaved = false;
      await tell();
      send();
    });
  });
  window.addEventListener("online", () => send());
  begin().catch(() => { setup.hidden = false; });
});
