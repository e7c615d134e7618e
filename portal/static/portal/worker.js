// Shows the offline page where there is no connection. Pages are never kept: they have somebody's points in them (U-56).
"use strict";
const KEPT = "wafa-1";
const home = new URL("./", self.location).pathname;
const page = `${home}offline`;

const keep = async () => {
  const answer = await fetch(page);
  const text = await answer.clone().text();
  const sheets = [...text.matchAll(/(?:rel="stylesheet" href|script src)="([^"]+)"/g)].map((found) => found[1]);
  const kept = await caches.open(KEPT);
  await kept.put(page, answer);
  await kept.addAll(sheets);
};

addEventListener("install", (event) => { event.waitUntil(keep().then(() => skipWaiting())); });
addEventListener("activate", (event) => { event.waitUntil(clients.claim()); });
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) { return; }
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(page)));
  } else if (["style", "script"].includes(request.destination)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
