"use strict";
// Changed on another device, deleted, or this phone removed: asked once in each visit, and only where a plan is kept.
afterglow.enhance("body.patient-page[data-idle-minutes]:not(:has([data-keep-plan]))", async () => {
  const kept = sessionStorage.getItem("plan looked at") ? null : await phoneStore.plan().catch(() => null);
  if (!kept) return;
  const answer = await fetch("/safety-plan/copy", { redirect: "error" }).then((found) => found.json()).catch(() => null);
  if (answer?.account !== kept.account) return;
  const phone = await phoneStore.phone();
  const removed = phone?.account === kept.account && !answer.phones.includes(phone.phone);
  await (removed || !answer.parts.length ? phoneStore.dropPlan() : phoneStore.keepPlan(answer));
  sessionStorage.setItem("plan looked at", "yes");
});

// Leaving takes it away, and so does removing this very phone.
afterglow.enhance("[data-forget-plan]", async ({ dataset }) => {
  if ((await phoneStore.plan())?.account === dataset.forgetPlan) await phoneStore.dropPlan();
});
afterglow.enhance("[data-forget-phone]", (form) => {
  // The next page asks, and finds this phone among none.
  form.addEventListener("submit", () => sessionStorage.removeItem("plan looked at"));
});

// From the help page straight to what this phone keeps; without that the link asks to sign in.
afterglow.enhance("a[data-plan-link]", async (link) => {
  if (await phoneStore.plan().catch(() => null)) link.href = link.dataset.planLink;
});
