"use strict";
// A download leaves its page open: the password must not stay in it for whoever comes next.
afterglow.enhance("form[data-download]", (form) => {
  form.addEventListener("submit", (event) => {
    // After the browser has taken the fields.
    if (!event.defaultPrevented) setTimeout(() => form.reset());
  });
});
