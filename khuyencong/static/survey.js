/* Surveys without network: a form that cannot be sent is kept in this browser, and sent later, once.
   Each survey carries its own key, so that sending it twice stores it once. */
(() => {
  "use strict";

  const STORE = "kc-khao-sat";
  const box = document.querySelector("[data-survey-box]");
  if (!box) return;
  const { send: SEND, shell: SHELL, worker: WORKER, who: WHO } = box.dataset;
  const form = document.querySelector("form[data-survey]");
  const says = box.querySelector("[data-survey-says]");
  const list = box.querySelector("[data-survey-list]");
  const button = box.querySelector("[data-survey-send]");

  const read = () => { try { return JSON.parse(localStorage.getItem(STORE)) || []; } catch { return []; } };
  const write = (items) => { try { localStorage.setItem(STORE, JSON.stringify(items)); return true; } catch { return false; } };
  const mine = () => read().filter((item) => item.who === WHO);
  const say = (text) => { says.textContent = text; };

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /* The token that a form must carry, from a fresh page; null where nobody is signed in; throws without network. */
  async function freshToken() {
    const page = await fetch(SHELL, { cache: "no-store", credentials: "same-origin" });
    if (!page.ok || page.redirected) return null;
    return new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]").value;
  }

  function keep() {
    const values = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    const key = form.elements.creation_key.value;
    const item = { key, who: WHO, at: Date.now(), name: form.elements.name.value, values, errors: [] };
    if (!write([...read().filter((other) => other.key !== key), item])) return false;
    form.reset();
    form.elements.creation_key.value = newKey();
    return true;
  }

  async function submit(event) {
    event.preventDefault();
    if (!form.elements.name.value.trim()) { say("Hãy ghi tên cơ sở."); form.elements.name.focus(); return; }
    let token = null;
    let reached = true;
    try { token = await freshToken(); } catch { reached = false; }
    if (token) {
      form.elements.csrfmiddlewaretoken.value = token;
      const key = form.elements.creation_key.value;
      form.addEventListener("formdata", () => write(read().filter((other) => other.key !== key)), { once: true });
      form.submit();
      return;
    }
    const why = reached ? "Phiên đăng nhập đã hết" : "Không có mạng";
    if (keep()) say(`${why}: phiếu được giữ trong máy này và sẽ gửi sau.`);
    else say(`${why}, và máy này không giữ được phiếu: hãy để nguyên trang rồi gửi lại khi có mạng.`);
    show();
  }

  async function sendAll() {
    if (!mine().length) return;
    let token = null;
    try { token = await freshToken(); } catch { say("Chưa có mạng: phiếu vẫn được giữ trong máy."); return; }
    if (!token) { say("Hãy đăng nhập lại để gửi các phiếu đang giữ trong máy."); return; }
    let sent = 0;
    for (const item of mine()) {
      const body = new URLSearchParams(item.values);
      body.set("csrfmiddlewaretoken", token);
      body.set("kept_offline", "on");
      let answer;
      try { answer = await fetch(SEND, { method: "POST", body, credentials: "same-origin" }); } catch { break; }
      if (answer.ok && /\/khao-sat\/\d+\/$/.test(answer.url)) { // the page of the survey that was stored
        write(read().filter((other) => other.key !== item.key));
        sent += 1;
      } else if (answer.status === 422) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const errors = [...page.querySelectorAll(".kc-summary li")].map((line) => line.textContent.trim());
        write(read().map((other) => (other.key === item.key ? { ...other, errors } : other)));
      } else break;
    }
    const left = mine().length;
    say(`Đã gửi ${sent} phiếu.${left ? ` Còn ${left} phiếu giữ trong máy.` : ""}`);
    show();
  }

  const sendOnce = () => (navigator.locks ? navigator.locks.request("kc-khao-sat", sendAll) : sendAll());

  function openAgain(item) {
    for (const [name, value] of item.values) {
      const field = form.elements[name];
      if (!field) continue;
      field.value = value;
      if (value && field.closest) field.closest("details")?.setAttribute("open", "");
    }
    form.elements.name.focus();
  }

  function act(text, work) {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "btn btn-sm";
    one.textContent = text;
    one.addEventListener("click", work);
    return one;
  }

  function show() {
    const items = mine();
    list.replaceChildren(...items.map((item) => {
      const row = document.createElement("li");
      const text = document.createElement("p");
      text.textContent = `${item.name || "(chưa có tên)"}, ghi lúc ${new Date(item.at).toLocaleString("vi-VN")}. ${item.errors.join(" ")}`;
      row.append(text);
      if (form) row.append(act("Mở để sửa", () => openAgain(item)), " ");
      row.append(act("Bỏ phiếu này", () => {
        if (!window.confirm(`Bỏ phiếu «${item.name}»? Phiếu chưa được gửi.`)) return;
        write(read().filter((other) => other.key !== item.key));
        show();
      }));
      return row;
    }));
    button.hidden = !items.length;
    box.hidden = !items.length && !says.textContent;
  }

  form?.addEventListener("submit", submit);
  button.addEventListener("click", sendOnce);
  window.addEventListener("online", sendOnce);
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(WORKER).then((found) => found.active?.postMessage("refresh")).catch(() => undefined);
  }
  // A page from the worker's store is old: its key has perhaps been used.
  if (form && "shell" in form.dataset) form.elements.creation_key.value = newKey();
  show();
  sendOnce();
})();
