"use strict";
// A slider beside the number of a dial. It starts unset: what was not touched stays missing.
afterglow.enhance("[data-dial]", (dial) => {
  const { make } = afterglow;
  const number = dial.querySelector("input[type=number]");
  const label = dial.querySelector("label");
  const scale = dial.querySelector(".scale");
  const { before } = dial.dataset;
  // Said once a page: the same for all of its dials.
  const { clear: clearWord, unset: unsetWord } = document.querySelector("[data-unset]").dataset;
  label.id = `${number.id}-label`;

  const range = make("input", { type: "range", min: 0, max: 10, step: 1 }, {
    "aria-labelledby": label.id, "aria-describedby": scale.id, autocomplete: "off",
  });
  const clear = make("button", { type: "button", className: "clear" });
  const track = make("div", { className: "track" });
  track.append(range);
  if (before !== undefined) {
    const mark = make("i", { className: "before" });
    mark.style.setProperty("--at", Number(before) / 10);
    track.prepend(mark);
  }

  const show = () => {
    const set = number.value !== "";
    range.value = set ? number.value : before ?? 5;
    range.classList.toggle("unset", !set);
    range.setAttribute("aria-valuetext", set ? number.value : unsetWord);
    clear.disabled = !set;
    clear.textContent = set ? clearWord : unsetWord;
    clear.setAttribute("aria-label", `${clear.textContent}: ${label.textContent}`);
  };
  const put = (value) => {
    number.value = value;
    number.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const under = (event) => {
    const box = range.getBoundingClientRect();
    const thumb = 28;
    const part = (event.clientX - box.left - thumb / 2) / (box.width - thumb);
    const along = getComputedStyle(dial).direction === "rtl" ? 1 - part : part;
    return Math.min(10, Math.max(0, Math.round(along * 10)));
  };

  number.addEventListener("input", show);
  range.addEventListener("input", () => put(range.value));
  // A tap at the hidden thumb changes no value, and on some phones a tap on the track moves nothing.
  range.addEventListener("pointerup", (event) => put(under(event)));
  range.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") put(range.value);
    else if (["Backspace", "Delete"].includes(event.key)) put("");
    else if (/^[0-9]$/.test(event.key)) put(event.key === "0" && number.value === "1" ? 10 : event.key);
    else return;
    event.preventDefault();
  });
  clear.addEventListener("click", () => { put(""); range.focus(); });
  window.addEventListener("pageshow", show);
  number.form?.addEventListener("reset", () => setTimeout(show));

  scale.classList.add("visually-hidden");
  label.after(clear);
  scale.after(track);
  show();
});
