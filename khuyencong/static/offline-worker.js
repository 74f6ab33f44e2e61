/* Answers for the pages of its folder when there is no network: with the page as it was kept, or with the folder's empty form
   (ngoai-tuyen/), and with the files that draw it. Pages ask for it (offline.js); what people filled in lies in their own storage. */
"use strict";

const CACHE = `kc-trang:${new URL(self.registration.scope).pathname}`;
const SHELL = new URL("ngoai-tuyen/", self.registration.scope).href;
const LONGEST = 7 * 24 * 3600 * 1000; // a page with names does not stay on a telephone for ever

async function keep(address) {
  const page = await fetch(address, { cache: "no-store", credentials: "same-origin" });
  const cache = await caches.open(CACHE);
  // After the session has ended the answer is the login page: then nothing of before is kept either.
  if (page.redirected) { await cache.delete(address); return; }
  if (!page.ok) return;
  const text = await page.clone().text();
  const files = [...text.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map((match) => match[1]);
  await cache.addAll([...new Set(files)]);
  await cache.put(address, page);
}

async function kept(address) {
  const page = await caches.match(address, { ignoreSearch: true });
  if (!page) return undefined;
  const age = Date.now() - Date.parse(page.headers.get("Date") || "");
  if (!(age > LONGEST)) return page;
  await (await caches.open(CACHE)).delete(address);
  return undefined;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep).catch(() => undefined));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await kept(request.url)) || (await kept(SHELL)) || Response.error()));
  } else if (new URL(request.url).pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) || Response.error()));
  }
});
