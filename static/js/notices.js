"use strict";
// In the service worker: a push wakes it, and it shows the same few words each time. Nothing comes along with a push,
// and nothing of it would be shown: whoever sees the screen learns that there is an app.
self.addEventListener("push", (event) => {
  event.waitUntil(self.registration.showNotification("Afterglow", { body: "Your reminder", tag: "reminder", silent: true }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const open = async () => {
    const [there] = await self.clients.matchAll({ type: "window" });
    return there ? there.focus() : self.clients.openWindow("/");
  };
  event.waitUntil(open());
});
