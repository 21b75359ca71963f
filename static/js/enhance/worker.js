"use strict";
// Keeps the pages that need no signal on this device: writing, help, and the one that says there is no signal.
afterglow.enhance("link[rel=manifest]", () => {
  const address = "/sw.js";
  // The one address that a worker may come from here; the policy of the site allows no other.
  const policy = window.trustedTypes?.createPolicy("worker", { createScriptURL: () => address });
  navigator.serviceWorker?.register(policy ? policy.createScriptURL(address) : address, { scope: "/" }).catch(() => {});
});
