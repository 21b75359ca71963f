"use strict";
// In the service worker: seals what a page could not save, and sends it once that page is gone.
// A page that is closed or killed takes nothing along: its words have come here in a message by then.
const keeping = (() => {
  const policy = self.trustedTypes?.createPolicy("worker", { createScriptURL: () => SEALER });
  // 18 KB that a worker rarely needs; it came with the worker, so it is there without a signal.
  const load = () => {
    if (SEALER && !self.hpke) importScripts(policy ? policy.createScriptURL(SEALER) : SEALER);
  };
  // One after the other: an older text must never come to lie over a newer one.
  let line = Promise.resolve();
  const inLine = (act) => {
    const done = line.then(act);
    line = done.catch(() => {});
    return done;
  };

  const fieldsOf = (pairs) => {
    const fields = {};
    for (const [name, value] of pairs) fields[name] = name === "tags" && fields.tags ? `${fields.tags}, ${value}` : value;
    delete fields.csrf_token;
    return fields;
  };
  const keep = async ({ phones, slot, id, kind, pairs, asks, posted }, client) => {
    const phone = await phoneStore.phone();
    // Another account may be signed in here, or this phone was removed: its seal would open for the wrong one, or nobody.
    if (!phone || !phones.includes(phone.phone)) return "elsewhere";
    load();
    const wire = id ?? crypto.randomUUID();
    const sealed = await sealItem(phone, wire, itemOf(kind, fieldsOf(pairs)));
    await phoneStore.keep({ ...sealed, id: slot, wire, asks, posted, client, ready: false });
    return "kept";
  };

  const find = async (slot) => (await phoneStore.items()).find(({ id }) => id === slot);
  const drop = async ({ slot }) => {
    const item = await find(slot);
    if (item) await phoneStore.replace(item);
  };
  // The same form came back, to be put right: what it sealed is its own again.
  const claim = async ({ slot }, client) => {
    const item = await find(slot);
    if (item) await phoneStore.replace(item, { ...item, client, ready: false });
  };
  const arrived = async ({ asks }) => Boolean(asks) && (await fetch(asks, { method: "HEAD", redirect: "manual" })).ok;
  // What was posted as its page was left may reach a busy server after the next page's question: it is asked for again.
  const PAUSES = [500, 1000, 2000];
  const gather = async (left, patient) => {
    let early = false;
    for (const item of await phoneStore.items()) {
      const waits = !item.client || item.ready;
      if (waits || (item.id !== left && await self.clients.get(item.client))) continue;
      const there = await arrived(item);
      if (!there && item.posted && patient) early = true;
      else await phoneStore.replace(item, there ? undefined : { ...item, ready: true });
    }
    return early;
  };
  // Nobody's words wait in line meanwhile.
  const gatherAll = async (left) => {
    for (const pause of PAUSES) {
      if (!await inLine(() => gather(left, true))) return;
      await new Promise((done) => { setTimeout(done, pause); });
    }
    await inLine(() => gather(left));
  };
  const send = async ({ left } = {}) => {
    try {
      await gatherAll(left);
      return await sendItems();
    } catch (error) {
      // With the next signal, where the browser tells us of it; else when the next page opens.
      await self.registration.sync?.register("items").catch(() => {});
      throw error;
    }
  };

  const acts = { keep, drop, claim };
  self.addEventListener("message", (event) => {
    const { data, source, ports: [port] } = event;
    const done = data.act === "send" ? send(data) : inLine(() => acts[data.act](data, source.id));
    const answer = done.catch(({ name }) => (name === "QuotaExceededError" ? "full" : "failed"));
    event.waitUntil(answer.then((said) => port?.postMessage(said)));
  });
  return { load, send };
})();
