"use strict";
// The browser knows its time zone; nobody should have to look for theirs in a list.
afterglow.enhance("input[data-zone]", (field) => {
  field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone || "";
});
