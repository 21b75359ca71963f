"use strict";
// Lets a text area grow with its words where CSS (field-sizing) can't yet.
if (!CSS.supports("field-sizing", "content")) {
  afterglow.enhance("textarea[data-grow]", (area) => {
    const fit = () => {
      area.style.blockSize = "auto";
      area.style.blockSize = `${area.scrollHeight + 2}px`;
    };
    area.addEventListener("input", fit);
    window.addEventListener("resize", fit);
    fit();
  });
}
