/* What pages share that go on without network: keys of their own, what this browser keeps, a fresh token, the worker.
   Loaded before the script of the page; used as `kcOffline`. */
(() => {
  "use strict";

  function bytes() {
    const found = crypto.getRandomValues(new Uint8Array(16));
    found[6] = (found[6] & 0x0f) | 0x40;
    found[8] = (found[8] & 0x3f) | 0x80;
    return [...found].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  window.kcOffline = {
    /* A key that nothing else has: 32 letters, or as a UUID with its hyphens. */
    mark: bytes,
    key() {
      const hex = bytes();
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },

    /* localStorage that never throws: a browser may be full or forbid it. */
    store: {
      read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
      write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
      drop(key) { try { localStorage.removeItem(key); } catch { /* nothing kept */ } },
      keys(prefix) { try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { return []; } },
    },

    /* The token that a form must carry, from a fresh page; null where it is not to be had (signed out); throws without network. */
    async token(address) {
      const page = await fetch(address, { cache: "no-store", credentials: "same-origin" });
      if (!page.ok || page.redirected) return null;
      return new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value || null;
    },

    /* Let the worker of this folder keep a page, so that it opens without network. */
    async keepPage(worker, address) {
      if (!("serviceWorker" in navigator) || !worker) return;
      try {
        await navigator.serviceWorker.register(worker);
        const found = await navigator.serviceWorker.ready;
        found.active.postMessage({ keep: new URL(address, window.location.href).href });
      } catch { /* without it the page works as long as it stays open */ }
    },
  };
})();
