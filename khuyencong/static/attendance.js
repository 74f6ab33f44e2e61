/* Attendance on an officer's telephone: every tap is kept in this browser at once with its moment, and sent a moment later.
   Without network it stays here and goes when the network is back; the server takes of two taps the later one, so that
   nothing is lost and nothing counts twice. Without JavaScript the button sends the whole page. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-attendance]");
  if (!form) return;
  const { store, token: freshToken, keepPage } = window.kcOffline;
  const PAUSE = 800;
  const AT_ONCE = 200; // marks of one request
  const AGAIN = [3000, 10000, 30000];
  const KEY = `kc-diem-danh:${form.dataset.who}:${form.dataset.attendance}`;
  // What has arrived since the page was drawn: a page that the browser kept knows nothing of it.
  const SENT = `kc-da-diem-danh:${form.dataset.who}:${form.dataset.attendance}`;
  const DRAWN = Number(form.dataset.drawn);
  const said = document.querySelector("[data-attendance-said]");
  const total = document.querySelector("[data-attendance-total]");
  const address = window.location.pathname;
  let timer = 0;
  let failed = 0;
  let sending = false;
  let stopped = false; // a person must look first: signed out, the class has ended
  const memory = {}; // taps that the browser would not keep: full, or its storage forbidden

  const kept = () => ({ ...store.read(KEY), ...memory });
  const say = (text) => { said.textContent = text; };
  const left = () => ` Máy này còn giữ ${Object.keys(kept()).length} lượt điểm danh.`;
  const plan = (pause) => { clearTimeout(timer); timer = setTimeout(send, pause); };
  const box = (id, value) => form.querySelector(`input[name="mark-${id}"][value="${value}"]`);

  const taps = (value) => [...form.querySelectorAll(`input[type="radio"][value="${value}"]`)]; // not what the page had before

  function addUp() {
    const there = taps(1).filter((input) => input.checked).length;
    const absent = taps(0).filter((input) => input.checked).length;
    const all = taps(1).length;
    if (total) total.textContent = `Có mặt ${there}, vắng ${absent}, chưa ghi ${all - there - absent}.`;
  }

  function keepMark(id, present, rest = false) {
    const mark = { present, at: Date.now(), rest };
    delete memory[id];
    if (store.write(KEY, { ...store.read(KEY), [id]: mark })) return true;
    memory[id] = mark;
    return false;
  }

  function tapped(event) {
    const input = event.target;
    if (!input.name?.startsWith("mark-")) return;
    if (!keepMark(input.name.slice(5), input.value === "1")) say("Máy này không giữ được khi mất mạng: hãy để nguyên trang cho đến khi lưu được.");
    stopped = false;
    addUp();
    plan(PAUSE);
  }

  function body(marks) {
    const data = new URLSearchParams();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [id, mark] of Object.entries(marks)) {
      data.set(`mark-${id}`, mark.present ? "1" : "0");
      data.set(`at-${id}`, String(mark.at));
      if (mark.rest) data.set(`rest-${id}`, "1");
    }
    return data;
  }

  /* What has arrived is dropped, unless it was tapped again meanwhile; `told.kept` is what stands against it. */
  function forget(sent, told) {
    const marks = store.read(KEY) || {};
    const arrived = store.read(SENT) || {};
    for (const [id, mark] of Object.entries(sent)) {
      const present = told.kept[id] ?? mark.present;
      arrived[id] = { present, at: told.moment };
      if (memory[id]?.at === mark.at) delete memory[id];
      if (marks[id]?.at === mark.at) delete marks[id];
      const input = box(id, present ? 1 : 0);
      if (input && !marks[id] && !memory[id]) input.checked = true;
    }
    store.write(SENT, arrived);
    if (!Object.keys(marks).length) store.drop(KEY);
    else store.write(KEY, marks);
    addUp();
  }

  async function post(marks) {
    return fetch(address, { method: "POST", body: body(marks), credentials: "same-origin", headers: { Accept: "application/json" } });
  }

  /* Why nothing is taken: whoever is signed in and still refused has lost the right, or the session is no more. */
  async function turnedAway(answer) {
    if (answer.status === 404) return "Buổi này không còn, hoặc bạn không còn phụ trách lớp này: hãy về trang của lớp.";
    if (answer.redirected || (await fetch(address, { cache: "no-store", credentials: "same-origin" })).redirected) {
      return "Phiên đăng nhập đã hết: hãy tải lại trang để đăng nhập.";
    }
    return "Tài khoản này không còn quyền điểm danh lớp này.";
  }

  async function send() {
    const marks = Object.fromEntries(Object.entries(kept()).slice(0, AT_ONCE));
    if (sending || stopped || !Object.keys(marks).length) return;
    sending = true;
    try {
      let answer = await post(marks);
      if (answer.status === 403) { // a page that the browser kept may carry a token of before
        const token = await freshToken(address);
        if (token) { form.elements.csrfmiddlewaretoken.value = token; answer = await post(marks); }
      }
      const json = (answer.headers.get("Content-Type") || "").includes("application/json");
      if (answer.redirected || answer.status === 403 || answer.status === 404) {
        say((await turnedAway(answer)) + left());
        stopped = true;
        return;
      }
      if (answer.status === 409 && json) {
        stopped = true;
        say((await answer.json()).error + left());
        return;
      }
      if (!answer.ok || !json) throw new Error(String(answer.status));
      const told = await answer.json();
      forget(marks, told);
      failed = 0;
      const others = Object.keys(told.kept).length;
      say(`Đã lưu lúc ${told.saved}: có mặt ${told.present}, vắng ${told.absent}.${others ? ` ${others} người đã được ghi ở máy khác, hoặc đã có giấy: giữ như đã ghi.` : ""}`);
    } catch (error) {
      const why = error instanceof TypeError ? "Chưa có mạng" : "Máy chủ chưa nhận được";
      say(`${why}: điểm danh được giữ trong máy này và sẽ tự gửi lại.`);
      plan(AGAIN[Math.min(failed, AGAIN.length - 1)]);
      failed += 1;
    } finally {
      sending = false;
      if (Object.keys(kept()).length && failed === 0 && !stopped) plan(PAUSE);
    }
  }

  function everybody() {
    for (const input of taps(1)) {
      const id = input.name.slice(5);
      if (!box(id, 0).checked && !input.checked) { input.checked = true; keepMark(id, true, true); }
    }
    addUp();
    plan(PAUSE);
  }

  const since = Object.fromEntries(Object.entries(store.read(SENT) || {}).filter(([, mark]) => mark.at > DRAWN));
  if (Object.keys(since).length) store.write(SENT, since);
  else store.drop(SENT);
  for (const [id, mark] of Object.entries({ ...since, ...kept() })) {
    const input = box(id, mark.present ? 1 : 0);
    if (input) input.checked = true;
  }
  form.addEventListener("change", tapped);
  form.addEventListener("submit", (event) => { event.preventDefault(); stopped = false; plan(0); });
  document.querySelector("[data-attendance-all]")?.addEventListener("click", everybody);
  document.querySelectorAll("[data-attendance-js]").forEach((one) => { one.hidden = false; });
  window.addEventListener("online", () => plan(0));
  if (total) keepPage(form.dataset.worker, address);
  else if (Object.keys(kept()).length) say(left().trim());
  addUp();
  plan(0);
})();
