"use strict";
// Words that the server has not got go to the worker, which seals them where this phone may write: see keeping.js.
// Resolves to what came of it: "kept", "full", or something that says nothing is held.
afterglow.aside = (() => {
  const { serviceWorker } = navigator;
  let registered;
  serviceWorker?.ready.then((found) => { registered = found; });
  const tell = (message) => new Promise((done) => {
    const worker = serviceWorker?.controller ?? registered?.active;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    worker?.postMessage(message, [port2]);
    // A worker from before does not answer, and no form may wait for it.
    setTimeout(done, worker ? 3000 : 0);
  });
  const send = () => tell({ act: "send" });
  // After the page has claimed what is its own.
  window.addEventListener("load", send);
  window.addEventListener("online", send);
  return tell;
})();
