/* The guided form of a đề án: what is typed is kept on the server about two seconds after the last key, and on leaving.
   Nothing is written into the đề án here; that happens when the step is saved. Without JavaScript the buttons do it all. */
(() => {
  "use strict";

  const PAUSE = 2000;
  const AGAIN = [5000, 15000, 60000];
  const LARGEST_LAST = 60000; // what a browser still sends while the page goes away
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const said = form.querySelector("[data-autosave-said]");
  const address = form.dataset.autosave;
  let timer = 0;
  let failed = 0;
  let sending = false;
  let typed = 0; // counts changes, so that what is typed while a request is under way is sent after it
  let kept = 0;
  let leaving = false;

  const say = (text) => { if (said && said.textContent !== text) said.textContent = text; };
  const body = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const plan = (pause) => { clearTimeout(timer); timer = setTimeout(send, pause); };

  async function send() {
    if (sending || leaving || typed === kept) return;
    sending = true;
    const now = typed;
    try {
      const answer = await fetch(address, { method: "POST", body: body(), credentials: "same-origin", headers: { Accept: "application/json" } });
      const json = !answer.redirected && (answer.headers.get("Content-Type") || "").includes("application/json");
      if (json && answer.status === 409) { kept = now; say((await answer.json()).error); return; }
      if (answer.redirected) {
        say("Phiên đăng nhập đã hết: phần bạn nhập còn giữ trên máy này. Hãy tải lại trang để đăng nhập rồi lưu tiếp.");
        return;
      }
      if (!answer.ok || !json) throw new Error(String(answer.status));
      const told = await answer.json();
      kept = now;
      failed = 0;
      say(told.behind ? `Đã lưu lúc ${told.saved}. Đề án vừa được sửa ở nơi khác: khi lưu bước này bạn sẽ thấy chỗ khác nhau, nếu có.` : `Đã lưu lúc ${told.saved} (bản đang soạn).`);
    } catch {
      say("Chưa lưu được, sẽ thử lại.");
      plan(AGAIN[Math.min(failed, AGAIN.length - 1)]);
      failed += 1;
    } finally {
      sending = false;
      if (typed !== kept && failed === 0) plan(PAUSE);
    }
  }

  function touch() {
    typed += 1;
    plan(PAUSE);
  }

  function last() {
    if (leaving || typed === kept) return;
    const text = body();
    if (String(text).length > LARGEST_LAST) return;
    navigator.sendBeacon(address, text);
    kept = typed;
  }

  form.addEventListener("input", touch);
  form.addEventListener("change", touch);
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("pagehide", last);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") last(); });
  window.addEventListener("online", () => plan(0));
})();
