/* A judge's sheet: what is typed is kept in this browser at once and sent a moment later. Without network it stays here
   and goes when the network is back; each page counts what it sends, so that a lost answer writes nothing twice.
   Without JavaScript the buttons do it all. */
(() => {
  "use strict";

  const PAUSE = 1500;
  const AGAIN = [3000, 10000, 30000];
  // A signed sheet needs nothing of this browser any more.
  for (const signed of document.querySelectorAll("[data-scoring-signed]")) {
    const start = `kc-cham:${signed.dataset.scoringSigned}:`;
    try { Object.keys(localStorage).filter((key) => key.startsWith(start)).forEach((key) => localStorage.removeItem(key)); } catch { /* nothing kept */ }
  }
  const form = document.querySelector("form[data-scoring]");
  if (!form) return;
  const { store, mark: newMark } = window.kcOffline;
  const address = form.dataset.scoring;
  const prefix = `kc-cham:${form.dataset.who}:${form.dataset.sheet}:`;
  const said = document.querySelector("[data-scoring-said]");
  const box = document.querySelector("[data-scoring-kept]");
  // Each opening of the page counts for itself, also where the browser has brought an old one back.
  const page = newMark();
  form.elements.page.value = page;
  let timer = 0;
  let failed = 0;
  let sending = false;
  let typed = 0; // counts changes; what is sent carries the count
  let saved = 0;
  let stopped = false; // the sheet has moved on elsewhere: a person must look first
  let leaving = false; // the form is on its way by itself
  let adopted = []; // kept by earlier pages and now in this form

  const say = (text) => { if (said && said.textContent !== text) said.textContent = text; };
  const fields = () => [...form.elements].filter((one) => one.name && one.type !== "hidden" && ["INPUT", "TEXTAREA"].includes(one.tagName));
  const values = () => Object.fromEntries(fields().map((one) => [one.name, one.value]));
  const version = () => form.elements.version.value;
  const plan = (pause) => { clearTimeout(timer); timer = setTimeout(send, pause); };
  const labelOf = (name) => document.querySelector(`[data-name-of="${CSS.escape(name)}"]`)?.textContent.trim() || name;

  /* ---- Sums as one types */
  const numberOf = (text) => (/^\d{1,3}([.,]\d{1,4})?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : 0);
  const shown = (number) => String(Math.round(number * 100) / 100).replace(".", ",");
  function addUp() {
    const sums = {};
    let whole = 0;
    let left = 0;
    for (const one of form.querySelectorAll("[data-points]")) {
      const number = numberOf(one.value);
      sums[one.dataset.points] = (sums[one.dataset.points] || 0) + number;
      whole += number;
      if (!one.value.trim()) left += 1;
    }
    for (const place of form.querySelectorAll("[data-sum]")) place.textContent = shown(sums[place.dataset.sum] || 0);
    const total = form.querySelector("[data-total]");
    if (total) total.textContent = shown(whole);
    const rest = form.querySelector("[data-left]");
    if (rest) rest.textContent = left ? `Còn ${left} tiêu chí chưa có điểm.` : "Đã đủ điểm các tiêu chí.";
  }

  /* ---- What the server says of a field stands beside it */
  function showErrors(errors) {
    for (const one of form.querySelectorAll("[data-points]")) {
      const place = document.getElementById(`${one.id}_live`);
      const text = errors[one.name] || "";
      if (text) one.setAttribute("aria-invalid", "true");
      else one.removeAttribute("aria-invalid");
      if (place) place.textContent = text;
    }
  }

  /* ---- Sending */
  function body() {
    const data = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    data.set("turn", String(typed));
    return data;
  }

  async function send() {
    if (sending || stopped || leaving || typed === saved) return;
    sending = true;
    const now = typed;
    try {
      const answer = await fetch(address, { method: "POST", body: body(), credentials: "same-origin", headers: { Accept: "application/json" } });
      const json = !answer.redirected && (answer.headers.get("Content-Type") || "").includes("application/json");
      if (json && answer.status === 409) {
        stopped = true;
        say(`${(await answer.json()).error} Những gì bạn nhập ở trang này vẫn được giữ trong máy: hãy tải lại trang để so với bản đang lưu.`);
        return;
      }
      if (answer.redirected || answer.status === 403) {
        say("Phiên đăng nhập đã hết: điểm bạn nhập còn giữ trong máy này. Hãy tải lại trang để đăng nhập rồi chấm tiếp.");
        return;
      }
      if (answer.status === 404) {
        stopped = true;
        say("Sản phẩm này không còn trên bàn chấm của bạn: hãy tải lại trang. Điểm bạn nhập vẫn được giữ trong máy này.");
        return;
      }
      if (!answer.ok || !json) throw new Error(String(answer.status));
      const told = await answer.json();
      form.elements.version.value = String(told.version);
      showErrors(told.errors);
      saved = now;
      failed = 0;
      const wrong = Object.keys(told.errors).length;
      // What the server could not read is kept here alone.
      if (typed === saved && !wrong) [prefix + page, ...adopted].forEach(store.drop);
      else keep();
      say(wrong ? `Đã lưu lúc ${told.saved}, trừ ${wrong} ô ghi chưa đúng.` : `Đã lưu lúc ${told.saved}.`);
    } catch (error) {
      const why = error instanceof TypeError ? "Chưa có mạng" : "Máy chủ chưa nhận được";
      say(`${why}: điểm được giữ trong máy này và sẽ tự gửi lại.`);
      plan(AGAIN[Math.min(failed, AGAIN.length - 1)]);
      failed += 1;
    } finally {
      sending = false;
      if (typed !== saved && failed === 0) plan(PAUSE);
    }
  }

  function keep() {
    const done = store.write(prefix + page, { version: version(), at: Date.now(), values: values() });
    if (!done) say("Máy này không giữ được điểm khi mất mạng: hãy để nguyên trang cho đến khi lưu được.");
  }

  function touch() {
    typed += 1;
    addUp();
    keep();
    plan(PAUSE);
  }

  function last() {
    if (stopped || leaving || typed === saved) return;
    navigator.sendBeacon(address, body());
  }

  /* ---- What earlier pages could not send */
  const differing = (item) => Object.entries(item.values).filter(([name, value]) => form.elements[name] && form.elements[name].value !== value);

  function fill(item) {
    for (const [name, value] of Object.entries(item.values)) if (form.elements[name]) form.elements[name].value = value;
  }

  function offer(key, item) {
    const line = document.createElement("p");
    const told = differing(item).map(([name, value]) => `${labelOf(name)}: trong máy «${value || "trống"}», đang lưu «${form.elements[name].value || "trống"}»`);
    line.textContent = `Máy này còn giữ điểm nhập lúc ${new Date(item.at).toLocaleString("vi-VN")} mà phiếu đã được sửa ở nơi khác. ${told.join("; ")}. `;
    const take = document.createElement("button");
    const drop = document.createElement("button");
    for (const [one, text] of [[take, "Dùng điểm trong máy"], [drop, "Giữ bản đang lưu"]]) {
      one.type = "button";
      one.className = "btn btn-sm";
      one.textContent = text;
      line.append(one, " ");
    }
    take.addEventListener("click", () => { fill(item); adopted.push(key); line.remove(); touch(); });
    drop.addEventListener("click", () => { store.drop(key); line.remove(); box.hidden = !box.children.length; });
    box.append(line);
    box.hidden = false;
  }

  function readKept() {
    const items = store.keys(prefix).map((key) => [key, store.read(key)]).filter(([, item]) => item && item.values);
    items.sort(([, one], [, other]) => one.at - other.at);
    let filled = false;
    for (const [key, item] of items) {
      if (!differing(item).length) store.drop(key);
      else if (item.version === version()) { fill(item); adopted.push(key); filled = true; }
      else if (box) offer(key, item);
    }
    if (filled) { say("Đã điền lại điểm chưa gửi được từ máy này."); touch(); }
  }

  form.addEventListener("input", touch);
  form.addEventListener("submit", (event) => {
    if (navigator.onLine === false) {
      event.preventDefault();
      say("Chưa có mạng: điểm được giữ trong máy này. Hãy ký khi có mạng.");
      return;
    }
    // The form carries everything; what is still under way was typed before it.
    form.elements.turn.value = String(typed);
    leaving = true;
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("pagehide", last);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") last(); });
  window.addEventListener("online", () => plan(0));
  addUp();
  // A form that came back with errors already holds what was typed last.
  if (!form.querySelector(".kc-summary, [aria-invalid=true]")) readKept();
  // What was typed before this script was there.
  if (typed === 0 && fields().some((one) => one.value !== one.defaultValue)) touch();
})();
