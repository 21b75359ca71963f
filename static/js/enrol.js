"use strict";
// Lets this phone write without signing in: keeps what the server gives it once.
afterglow.enhance("[data-enrol]", (part) => {
  const [state, button] = [part.querySelector("[data-enrol-state]"), part.querySelector("button")];
  const say = (name) => { state.textContent = state.dataset[name] ?? name; };
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const look = async () => {
    const phone = await phoneStore.phone();
    const known = phone && part.dataset.phones.includes(phone.phone);
    say(known ? "already" : "ready");
    button.hidden = known;
  };
  const enrol = async () => {
    const answer = await fetch(part.dataset.enrol, { method: "POST", body: new URLSearchParams({ csrf_token: part.querySelector("[name=csrf_token]").value }) });
    const made = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
    if (!answer.ok) { say(made.problem ?? "failed"); return; }
    // Not extractable: a script that comes later can use it here, and never take it along.
    const markKey = await crypto.subtle.importKey("raw", bytes(made.mark_key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    await phoneStore.enrol({ account: made.account, phone: made.phone, secret: made.secret, inbox: bytes(made.inbox), markKey });
    say("done");
    button.hidden = true;
    // Else a phone that is short of room may throw away what waits. Firefox asks its owner first, WebKitGTK can't: it is set up all the same.
    navigator.storage?.persist?.().catch(() => {});
  };
  if (!window.indexedDB || !window.crypto?.subtle) { say("impossible"); return; }
  look().catch(() => say("impossible"));
  button.addEventListener("click", () => { enrol().catch(() => say("failed")); });
});
