/* Forms without network: one that cannot be sent is kept in this browser, and sent later, once.
   Each form carries its own key, so that sending it twice stores it once. Surveys, and what people write at the door of a class. */
(() => {
  "use strict";

  const box = document.querySelector("[data-kept-box]");
  if (!box) return;
  const { store: STORE, send: SEND, page: PAGE, worker: WORKER, who: WHO, done: DONE, title: TITLE, signedOut: SIGNED_OUT, days: DAYS } = box.dataset;
  const { store, key: newKey, token: freshToken, keepPage } = window.kcOffline;
  const form = document.querySelector("form[data-kept]");
  const says = box.querySelector("[data-kept-says]");
  const list = box.querySelector("[data-kept-list]");
  const button = box.querySelector("[data-kept-send]");

  const GOING = `${STORE}:dang-gui`; // the key of the form that this tab is sending as an ordinary form
  const ends = (item) => (DAYS ? item.at + Number(DAYS) * 24 * 3600 * 1000 : Infinity); // personal data do not lie here for ever
  const read = () => (store.read(STORE) || []).filter((item) => ends(item) > Date.now());
  const write = (items) => store.write(STORE, items);
  const mine = () => read().filter((item) => item.who === WHO);
  const say = (text) => { says.textContent = text; };
  const titleOf = () => (TITLE ? form.elements[TITLE].value : "");

  function remember(key) { try { sessionStorage.setItem(GOING, key); } catch { /* then it is sent twice, and stored once */ } }
  function remembered() {
    try { const key = sessionStorage.getItem(GOING); sessionStorage.removeItem(GOING); return key; } catch { return null; }
  }

  function keep() {
    const values = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    const key = form.elements.creation_key.value;
    const item = { key, who: WHO, at: Date.now(), name: titleOf(), values, errors: [] };
    return write([...read().filter((other) => other.key !== key), item]);
  }

  /* The page that came back: stored, or shown again with what is wrong. Only then is the form no longer kept. */
  function settle() {
    const key = remembered();
    if (!key) return;
    const again = form?.elements.creation_key.value === key;
    if (again || new RegExp(DONE).test(window.location.href)) write(read().filter((other) => other.key !== key));
  }

  async function submit(event) {
    event.preventDefault();
    if (TITLE && !titleOf().trim()) {
      const label = form.querySelector(`label[for="${CSS.escape(form.elements[TITLE].id)}"]`);
      say(`Hãy ghi: ${(label?.firstChild?.textContent || "tên").trim()}.`);
      box.hidden = false;
      form.elements[TITLE].focus();
      return;
    }
    let token = null;
    let reached = true;
    try { token = await freshToken(PAGE); } catch { reached = false; }
    if (token) {
      form.elements.csrfmiddlewaretoken.value = token;
      keep(); // the network may be lost on the way; the form's key makes sending it twice harmless
      remember(form.elements.creation_key.value);
      form.submit();
      return;
    }
    const why = reached ? SIGNED_OUT : "Không có mạng";
    if (keep()) {
      form.reset();
      form.elements.creation_key.value = newKey();
      say(`${why}: phiếu được giữ trong máy này và sẽ gửi sau.`);
    } else say(`${why}, và máy này không giữ được phiếu: hãy để nguyên trang rồi gửi lại khi có mạng.`);
    show();
  }

  async function sendAll() {
    if (!mine().length) return;
    let token = null;
    try { token = await freshToken(PAGE); } catch { say("Chưa có mạng: phiếu vẫn được giữ trong máy."); return; }
    if (!token) { say(`${SIGNED_OUT}: các phiếu vẫn được giữ trong máy.`); return; }
    let sent = 0;
    for (const item of mine()) {
      const body = new URLSearchParams(item.values);
      body.set("csrfmiddlewaretoken", token);
      body.set("kept_offline", "on");
      let answer;
      try { answer = await fetch(SEND, { method: "POST", body, credentials: "same-origin" }); } catch { break; }
      if (answer.ok && new RegExp(DONE).test(answer.url)) { // the page that is shown once it is stored
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

  const sendOnce = () => (navigator.locks ? navigator.locks.request(STORE, sendAll) : sendAll());

  function openAgain(item) {
    for (const [name, value] of item.values) {
      const field = form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
      if (value && field.closest) field.closest("details")?.setAttribute("open", "");
    }
    if (TITLE) form.elements[TITLE].focus();
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
      text.textContent = `${item.name || (TITLE ? "(chưa có tên)" : "Phiếu")}, ghi lúc ${new Date(item.at).toLocaleString("vi-VN")}. ${item.errors.join(" ")}`;
      row.append(text);
      if (form) row.append(act("Mở để sửa", () => openAgain(item)), " ");
      row.append(act("Bỏ phiếu này", () => {
        if (!window.confirm(`Bỏ phiếu «${item.name || "này"}»? Phiếu chưa được gửi.`)) return;
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
  window.addEventListener("pageshow", (event) => { if (event.persisted) { show(); sendOnce(); } });
  settle();
  if (DAYS && store.read(STORE)) write(read());
  keepPage(WORKER, PAGE);
  // A page from the worker's store is old: its key has perhaps been used.
  if (form && "shell" in form.dataset) form.elements.creation_key.value = newKey();
  show();
  sendOnce();
})();
