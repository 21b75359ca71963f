"use strict";
// Sends what this phone sealed. No cookie goes along: each item has its phone's own secret.
const sendItems = async () => {
  const base64 = (bytes) => {
    let text = "";
    // All at once would be more arguments than a function takes.
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const post = (item) => fetch("/sync/items", {
    method: "POST",
    credentials: "omit",
    headers: { "Authorization": `Phone ${item.secret}`, "Content-Type": "application/json" },
    body: JSON.stringify({ id: item.wire ?? item.id, sealed: base64(item.sealed), mark: base64(item.mark) }),
  });
  let sent = 0;
  for (const item of (await phoneStore.items()).filter(({ ready }) => ready)) {
    const { status } = await post(item);
    if (status === 200 || status === 201) {
      await phoneStore.replace(item);
      sent += 1;
    } else if ([400, 401, 409, 413].includes(status)) {
      // It stays here, and the page says so; the next one may be taken.
      await phoneStore.replace(item, { ...item, refused: status });
    } else {
      throw new Error(`sending answered ${status}`);
    }
  }
  return sent;
};
