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
// A dead link may accept a question and never answer it. What stands in for the page comes after so many milliseconds.
const standIn = async (path) => {
  if (path === "/help-now") return { page: await kept(path), patience: 2500 };
  const plan = path === "/safety-plan" && await phoneStore.plan().catch(() => null);
  return plan ? { page: await kept("/safety-plan/kept"), patience: 2500 } : { page: await kept("/offline"), patience: 4000 };
};
// Whoever tries the same page again wants that page, and a link that answered late is only slow: it brings pages in the end.
const RETRY = 25000;
let triedFor = "", slow = false;
const within = (asked, patience) => new Promise((done, failed) => {
  asked.then(done, failed);
  setTimeout(() => { failed(new Error("slow")); }, patience);
});
const pageFor = async (request, path) => {
  // At once, signal or not: there is nothing newer in these than the next version brings.
  if (["/write", "/write/check-in", "/safety-plan/kept"].includes(path)) return await kept(path) ?? fetch(request);
  const began = Date.now(), asked = fetch(request);
  // However late: the next page of such a link, or the one that this leads to, is waited for.
  asked.then(() => { slow = Date.now() - began > 4000; }, () => {});
  const { page, patience } = await standIn(path);
  const again = (slow || triedFor === path) && path !== "/help-now";
  try {
    const answer = await (page ? within(asked, again ? RETRY : patience) : asked);
    triedFor = "";
    return answer;
  } catch ({ message }) {
    slow = false;
    triedFor = again || message !== "slow" ? "" : path;
    return page ?? asked;
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
