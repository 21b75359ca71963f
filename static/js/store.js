"use strict";
// What lies on this phone for writing without signing in: what it may seal and send with, and what it sealed.
// Nothing here opens anything. Shared by the pages and the service worker. One thing may lie here in plain words: the
// safety plan, where its owner chose that.
const phoneStore = (() => {
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const opened = () => {
    const request = indexedDB.open("afterglow", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("phone");
      request.result.createObjectStore("items", { keyPath: "id" });
    };
    return asked(request);
  };
  const within = async (name, mode, act) => {
    const database = await opened();
    try {
      // A battery pulled a moment later must find it on the disk, not on its way there.
      const transaction = database.transaction(name, mode, { durability: "strict" });
      const whole = new Promise((done, failed) => {
        transaction.oncomplete = done;
        transaction.onabort = () => failed(transaction.error);
      });
      const [result] = await Promise.all([asked(act(transaction.objectStore(name))), whole]);
      return result;
    } finally { database.close(); }
  };
  return {
    phone: () => within("phone", "readonly", (store) => store.get("this")),
    enrol: (phone) => within("phone", "readwrite", (store) => store.put(phone, "this")),
    plan: () => within("phone", "readonly", (store) => store.get("plan")),
    keepPlan: (plan) => within("phone", "readwrite", (store) => store.put(plan, "plan")),
    dropPlan: () => within("phone", "readwrite", (store) => store.delete("plan")),
    items: () => within("items", "readonly", (store) => store.getAll()),
    keep: (item) => within("items", "readwrite", (store) => store.put(item)),
    // Only what is still the same: newer words may have taken its place meanwhile. No `next`: it goes.
    replace: (item, next) => within("items", "readwrite", (store) => {
      const there = store.get(item.id);
      there.addEventListener("success", () => {
        if (!there.result || there.result.wire !== item.wire) return;
        if (next) store.put(next); else store.delete(item.id);
      });
      return there;
    }),
  };
})();
