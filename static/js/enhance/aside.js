"use strict";
// Words that the server has not got go to the worker, which seals them where this phone may write: see keeping.js.
// Resolves to what came of it: "kept", "full", or something that says nothing is held.
afterglow.aside = (() => {
  const { serviceWorker } = navigator;
  let registered;
  serviceWorker?.ready.then((found) => { registered = found; });
  const tell = (message, patience = 3000) => new Promise((done) => {
    const worker = serviceWorker?.controller ?? registered?.active;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    worker?.postMessage(message, [port2]);
    // A worker from before does not answer, and no form may wait for it.
    setTimeout(done, worker ? patience : 0);
  });
  // A signal is said to be back before anything gets through, and not every browser tries again by itself.
  tell.send = async (left, pause = 2000) => {
    const said = await tell({ act: "send", left }, 60000);
    if (said === "failed" && navigator.onLine) setTimeout(tell.send, pause, left, Math.min(2 * pause, 60000));
  };
  // After the page has claimed what is its own.
  for (const moment of ["load", "online"]) window.addEventListener(moment, () => tell.send());
  return tell;
})();
