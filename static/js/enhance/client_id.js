"use strict";
// Without a connection nothing is sent: the browser's own error page would take the words away.
// A double tap sends once. The client_id that the page made stays, so even a second send writes nothing twice.
afterglow.enhance("form[method=post]", (form) => {
  let sure = false, asking = null, unsent = false;
  const buttons = () => [...form.querySelectorAll("button:not([type=button])")];
  const hold = () => {
    form.dataset.sent = "yes";
    buttons().forEach((button) => button.setAttribute("aria-disabled", "true"));
  };
  const free = () => {
    delete form.dataset.sent;
    buttons().forEach((button) => button.removeAttribute("aria-disabled"));
  };
  const offline = afterglow.make("p", { className: "notice wrong", textContent: document.body.dataset.offline }, { role: "alert" });
  window.addEventListener("online", () => offline.remove());
  const notSent = async (sealing) => {
    free();
    unsent = true;
    const whole = await sealing;
    form.sealed?.(whole);
    unsent = !whole;
    if (whole) form.waits();
    else form.append(offline);
  };

  // A phone goes on believing in a link that is dead: the first question over it is one that may be lost.
  const ask = async (submitter) => {
    // Where this phone may write, it lies sealed here before it goes out.
    const whole = await form.keeping?.();
    form.sealed?.(whole);
    try {
      const { ok, status } = await form.ahead?.() ?? await fetch("/healthz", { method: "HEAD", cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(8000) });
      // A journal that is only busy gives words back itself; a proxy with nothing behind it does not.
      if (!ok && status !== 503) throw new Error(`asking answered ${status}`);
    } catch {
      asking = null;
      notSent(whole);
      return;
    }
    // It went out when the page was left.
    if (!asking) return;
    asking = null;
    offline.remove();
    free();
    sure = true;
    form.requestSubmit(submitter);
  };
  // Whoever goes on while the link is asked about has pressed the button: it is sent all the same. A
  // password is not: what comes of it must be seen.
  const sendLeaving = () => {
    if (!asking || form.querySelector("input[type=password]")) return;
    const { submitter } = asking;
    const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
    const send = (keepalive) => fetch(address, { method: "POST", body: new FormData(form, submitter), redirect: "manual", keepalive });
    // Browsers refuse a keepalive body above 64 KiB.
    send(true).catch(() => send(false)).catch(() => {});
    asking = null;
  };

  form.addEventListener("submit", (event) => {
    // What is typed on a page that saves drafts has gone ahead already.
    const asks = !sure && (form.dataset.autosave === undefined || form.keeping);
    sure = unsent = false;
    if (navigator.onLine && !asks && !form.dataset.sent) {
      hold();
      // With a bad signal the browser may give up quietly; then the button must work again.
      setTimeout(free, 10000);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!navigator.onLine) {
      notSent(form.keeping?.());
    } else if (!form.dataset.sent) {
      hold();
      asking = { submitter: event.submitter };
      ask(event.submitter);
    }
  });
  // Neither there nor sealed here: it would go with the page.
  window.addEventListener("beforeunload", (event) => { if (unsent && afterglow.unsaved && !afterglow.held) event.preventDefault(); });
  window.addEventListener("pagehide", sendLeaving);
  window.addEventListener("pageshow", free);
});
