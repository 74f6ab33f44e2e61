/* Answers for the survey pages when there is no network: with the empty form, and the files that draw it.
   It keeps no record: what was filled in lies in the page's own storage (survey.js). */
"use strict";

const CACHE = "kc-khao-sat";
const SHELL = new URL("ngoai-tuyen/", self.registration.scope).href;

async function refresh() {
  const page = await fetch(SHELL, { cache: "no-store", credentials: "same-origin" });
  // After the session has ended the answer is the login page, which is not to be kept.
  if (!page.ok || page.redirected) return;
  const cache = await caches.open(CACHE);
  const text = await page.clone().text();
  const files = [...text.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map((match) => match[1]);
  await cache.addAll([...new Set(files)]);
  await cache.put(SHELL, page);
}

self.addEventListener("install", (event) => { self.skipWaiting(); event.waitUntil(refresh().catch(() => undefined)); });
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => { if (event.data === "refresh") event.waitUntil(refresh().catch(() => undefined)); });

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(SHELL)) || Response.error()));
  } else if (new URL(request.url).pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) || Response.error()));
  }
});
