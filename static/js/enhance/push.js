"use strict";
// <form hidden data-push="public key">: this browser asks its maker for an address and posts it.
afterglow.enhance("form[data-push]", async (form) => {
  if (!("PushManager" in window) || !navigator.serviceWorker) return;
  const worker = await navigator.serviceWorker.getRegistration();
  if (!worker) return;
  const state = form.querySelector("[data-push-state]");
  const field = form.querySelector("input[name=endpoint]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    try {
      const ready = await navigator.serviceWorker.ready;
      const found = await ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.push });
      field.value = found.endpoint;
      form.submit();
    } catch {
      // Refused by the person or by the browser's maker: neither is asked again by itself.
      state.textContent = form.dataset.refused;
    }
  });
});
