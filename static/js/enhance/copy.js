"use strict";
// <button hidden data-copy="id"> copies that element's text; without a clipboard it stays hidden.
afterglow.enhance("button[data-copy]", (button) => {
  if (!navigator.clipboard) return;
  const source = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.innerText.trim());
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2500);
  });
});
