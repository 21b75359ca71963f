"use strict";
// Keeps files that hold nobody's words, and the pages that need no signal. It never keeps a page of somebody who is
// signed in, and never answers a post. The server puts VERSION and KEPT in front, from the very files it serves.
const CACHE = `afterglow-${VERSION}`;
const HERE = { ignoreVary: true, ignoreSearch: true };

self.addEventListener("install", (event) => {
  // All of them or none: a half that is left from before never meets a new one.
  const fresh = KEPT.map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  // What a page sends as it is left must not wait for a worker that ends with the page.
  event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" });
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(keeping.load).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const ours = (await caches.keys()).filter((name) => name.startsWith("afterglow-") && name !== CACHE);
    // A page of the version before may still be fetching its files.
    await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

const kept = async (path) => (await caches.open(CACHE)).match(path, HERE);
const pageFor = async (request, path) => {
  // At once, signal or not: there is nothing newer in these than the next version brings.
  if (["/write", "/write/check-in", "/safety-plan/kept"].includes(path)) return await kept(path) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const page = await kept(path === "/help-now" ? path : path === "/safety-plan" ? "/safety-plan/kept" : "/offline");
    if (!page) throw error;
    return page;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(pageFor(request, pathname));
  else if (pathname.startsWith("/assets/")) event.respondWith(caches.match(request, HERE).then((found) => found ?? fetch(request)));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "items") event.waitUntil(keeping.send());
});
