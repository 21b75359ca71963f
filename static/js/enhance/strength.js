"use strict";
// Says how long a new password is while it is typed. The server alone judges whether it can be guessed.
afterglow.enhance("[data-strength-for]", (line) => {
  const field = document.getElementById(line.dataset.strengthFor);
  field.addEventListener("input", () => {
    const length = [...field.value].length;
    const word = length < 12 ? "short" : length < 18 ? "fair" : "long";
    line.textContent = length ? line.dataset[word] : "";
  });
});
