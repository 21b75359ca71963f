"use strict";
// A safety plan kept on this phone in plain words, by its owner's choice: switched on and off, and shown.
afterglow.enhance("[data-keep-plan]", (part) => {
  const find = (name) => part.querySelector(`[${name}]`);
  const [state, button] = [find("data-keep-state"), find("data-keep-switch")];
  const copy = JSON.parse(part.dataset.keepPlan);
  let kept;
  const show = () => {
    const ours = kept?.account === copy.account;
    state.textContent = part.dataset[ours ? "kept" : kept ? "others" : "free"];
    button.textContent = part.dataset[ours ? "drop" : "keep"];
    part.hidden = false;
  };
  const put = async (wanted) => {
    await (wanted ? phoneStore.keepPlan(copy) : phoneStore.dropPlan());
    kept = await phoneStore.plan();
    // Else a phone that is short of room may throw it away. Firefox asks its owner first: it is kept all the same.
    if (wanted) navigator.storage?.persist?.().catch(() => {});
  };
  button.addEventListener("click", () => {
    put(kept?.account !== copy.account).then(show).catch(() => { state.textContent = part.dataset.failed; });
  });
  if (!window.indexedDB) return;
  phoneStore.plan().then(async (found) => {
    kept = found;
    if (kept?.account === copy.account) await put(copy.parts.length > 0);
    if (copy.parts.length) show();
  }).catch(() => {});
});

// The page that shows the plan kept on this phone: nobody is signed in there, and no signal is needed.
afterglow.enhance("[data-kept-plan]", (page) => {
  const { make } = afterglow;
  const find = (name) => document.querySelector(`[${name}]`);
  const call = ({ name, number, address }) => {
    const line = make(address ? "a" : "p", { className: address ? "call" : "prose" }, address ? { href: address } : {});
    line.append(make(address ? "strong" : "span", { textContent: name || page.dataset.call, dir: "auto" }));
    if (number) line.append(make("span", { className: "number", textContent: number, dir: "ltr" }));
    return line;
  };
  const section = ({ title, words, calls }) => {
    const made = make("section", { className: "sheet" });
    const head = make("header");
    head.append(make("h2", { textContent: title }));
    const list = make("div", { className: "calls" });
    list.append(...calls.map(call));
    made.append(head, words ? make("p", { className: "prose as-typed", textContent: words, dir: "auto" }) : list);
    return made;
  };
  const show = async () => {
    const kept = await phoneStore.plan();
    find("data-kept-none").hidden = Boolean(kept);
    page.hidden = !kept;
    if (!kept) return;
    const since = new Intl.DateTimeFormat(afterglow.lang, { dateStyle: "long", timeStyle: "short" }).format(new Date(kept.since));
    find("data-kept-since").textContent = page.dataset.since.replace("{when}", since);
    find("data-kept-parts").replaceChildren(...kept.parts.map(section));
  };
  find("data-kept-drop").addEventListener("click", () => { phoneStore.dropPlan().then(show); });
  show().catch(() => { find("data-kept-none").hidden = false; });
});
