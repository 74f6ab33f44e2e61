/* What the browser adds to pages that also work without it: money inputs, one submit per click, drafts, form rows.
   No inline handler and no eval, so the page may forbid both. */
(() => {
  "use strict";

  const DOT = ".";
  const grouped = (digits) => digits.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, DOT);
  const store = {
    // A browser may refuse storage (private mode, full): drafts are a help, never a condition.
    read(key) { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
    write(key, value) { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* no draft then */ } },
    drop(key) { try { sessionStorage.removeItem(key); } catch { /* nothing kept */ } },
    keys() { try { return Object.keys(sessionStorage); } catch { return []; } },
  };

  /* ---- 1. Money: group the digits of a plain whole number, and say it below. "3,5" or "2 tỷ" stay as typed. */
  const PLAIN = /^\d+$/;
  const GROUPED = /^\d{1,3}(\.\d{3})+$/;

  function echoOf(input) {
    const next = input.nextElementSibling;
    if (next && next.classList.contains("kc-echo")) return next;
    const echo = document.createElement("output");
    echo.className = "kc-echo";
    echo.setAttribute("aria-live", "polite");
    input.after(echo);
    return echo;
  }

  function sayMoney(input) {
    const text = input.value.trim();
    const whole = PLAIN.test(text) || GROUPED.test(text);
    echoOf(input).textContent = whole ? `= ${grouped(text.replaceAll(DOT, ""))} ${input.dataset.money || "đồng"}` : "";
  }

  function typeMoney(event) {
    const input = event.target.closest("[data-money]");
    if (!input || event.isComposing) return;
    const text = input.value;
    // A dot that was typed by hand may mean something else ("1.5"), so it is left alone until the field is empty again.
    if (event.inputType === "insertText" && event.data === DOT) input.dataset.byHand = "";
    if (text === "") delete input.dataset.byHand;
    const ours = PLAIN.test(text) || (/^[\d.]+$/.test(text) && "grouped" in input.dataset);
    if (ours && !("byHand" in input.dataset)) {
      const fromEnd = text.slice(input.selectionEnd).replaceAll(DOT, "").length;
      const shown = grouped(text.replaceAll(DOT, ""));
      if (shown !== text) {
        input.value = shown;
        let at = shown.length;
        for (let left = fromEnd; left > 0; at -= 1) if (shown[at - 1] !== DOT) left -= 1;
        input.setSelectionRange(at, at);
      }
    }
    if (GROUPED.test(input.value) || PLAIN.test(input.value)) input.dataset.grouped = "";
    else if (!/^[\d.]*$/.test(input.value)) delete input.dataset.grouped;
    clearTimeout(input.sayLater);
    input.sayLater = setTimeout(() => sayMoney(input), 400);
  }

  function readyMoney(root) {
    for (const input of root.querySelectorAll("[data-money]")) {
      if (PLAIN.test(input.value)) input.value = grouped(input.value);
      if (GROUPED.test(input.value) || PLAIN.test(input.value)) input.dataset.grouped = "";
      sayMoney(input);
    }
  }

  /* ---- 2. A double click sends once. The button stays in the form data, so it is only marked, not disabled. */
  function submitOnce(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "many" in form.dataset) return;
    if ("sent" in form.dataset) { event.preventDefault(); return; }
    form.dataset.sent = "";
    if ("draft" in form.dataset) { saveDraft(form); store.write("kc-sent", draftKey(form)); }
    if ("forget" in form.dataset) forgetDrafts();
    for (const button of buttonsOf(form)) { button.setAttribute("aria-disabled", "true"); button.setAttribute("aria-busy", "true"); }
  }

  function buttonsOf(form) {
    return [...form.elements].filter((element) => element.type === "submit");
  }

  function allowAgain(form) {
    if (!("sent" in form.dataset)) return;
    delete form.dataset.sent;
    for (const button of buttonsOf(form)) { button.removeAttribute("aria-disabled"); button.removeAttribute("aria-busy"); }
  }

  /* ---- 3. Drafts: what was typed survives an expired session. Kept in this tab only, per person and per path. */
  const person = () => document.body.dataset.user || "";
  const draftKey = (form) => `kc-draft:${location.pathname}#${form.id || [...document.forms].indexOf(form)}`;
  const draftFields = (form) => [...form.elements].filter((element) => element.name
    && element.name !== "csrfmiddlewaretoken" && !element.disabled && !element.readOnly
    && (["TEXTAREA", "SELECT"].includes(element.tagName)
      || ["text", "search", "number", "date", "tel", "email", "url", "checkbox", "radio"].includes(element.type)));
  const isChoice = (element) => ["checkbox", "radio"].includes(element.type);
  const valueOf = (element) => {
    if (isChoice(element)) return element.checked;
    return element.multiple ? [...element.selectedOptions].map((option) => option.value) : element.value;
  };
  const slotOf = (element) => (isChoice(element) ? `${element.name}=${element.value}` : element.name);

  function saveDraft(form) {
    const values = {};
    for (const element of draftFields(form)) values[slotOf(element)] = valueOf(element);
    const rows = {};
    for (const box of form.querySelectorAll("[data-formset]")) rows[box.dataset.formset] = totalOf(box)?.value;
    store.write(draftKey(form), { person: person(), values, rows });
  }

  // A form that came back with errors already holds what was typed last.
  const hasErrors = (form) => form.querySelector("[aria-invalid=true], .kc-summary") || form.previousElementSibling?.matches(".kc-summary");

  function restoreDraft(form) {
    const draft = store.read(draftKey(form));
    if (!draft || draft.person !== person() || hasErrors(form)) return;
    for (const box of form.querySelectorAll("[data-formset]")) {
      const wanted = Math.min(Number(draft.rows?.[box.dataset.formset]) || 0, Number(totalOf(box)?.value) + 100);
      while (Number(totalOf(box)?.value) < wanted) if (!addRow(box)) break;
    }
    let changed = false;
    for (const element of draftFields(form)) {
      const kept = draft.values[slotOf(element)];
      if (kept === undefined || JSON.stringify(kept) === JSON.stringify(valueOf(element))) continue;
      changed = true;
      element.closest("details")?.setAttribute("open", "");
      if (isChoice(element)) element.checked = kept;
      else if (element.multiple) for (const option of element.options) option.selected = kept.includes(option.value);
      else element.value = kept;
    }
    if (changed) { form.closest("details")?.setAttribute("open", ""); sayRestored(form); }
    readyMoney(form);
  }

  function sayRestored(form) {
    const note = document.createElement("div");
    note.className = "kc-message kc-messages";
    note.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = "Đã điền lại phần bạn nhập dở trên máy này. ";
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "btn btn-sm";
    drop.textContent = "Bỏ phần nhập dở";
    drop.addEventListener("click", () => { store.drop(draftKey(form)); location.reload(); });
    text.append(drop);
    note.append(text);
    form.before(note);
  }

  function forgetDrafts() {
    for (const key of store.keys()) if (key.startsWith("kc-")) store.drop(key);
    forgetPages();
  }

  /* Pages kept for where there is no network (offline-worker.js): the next person at this browser must not open them. What was
     filled in without network stays until it is sent. */
  async function forgetPages() {
    if (!("caches" in window)) return;
    for (const name of await caches.keys()) if (name.startsWith("kc-trang:")) await caches.delete(name);
  }

  function readyDrafts() {
    if ("signedOut" in document.body.dataset) forgetPages();
    if ("draftHold" in document.body.dataset) return; // the login page and error pages stand between form and answer
    const sent = store.read("kc-sent");
    store.drop("kc-sent");
    const forms = [...document.querySelectorAll("form[data-draft]")];
    const answered = sent && !forms.some((form) => draftKey(form) === sent);
    if (sent && (answered || document.querySelector("[data-draft-clear]"))) store.drop(sent);
    forms.forEach(restoreDraft);
  }

  /* ---- 4. Rows of a formset, cloned from the empty row in its <template>. */
  const totalOf = (box) => box.querySelector(`[name="${CSS.escape(box.dataset.formset)}-TOTAL_FORMS"]`);

  function addRow(box) {
    const total = totalOf(box);
    const most = Number(box.querySelector(`[name="${CSS.escape(box.dataset.formset)}-MAX_NUM_FORMS"]`)?.value ?? 1000);
    const empty = box.querySelector("template");
    const list = box.querySelector("[data-formset-rows]");
    if (!total || !empty || !list || Number(total.value) >= most) return null;
    const number = Number(total.value);
    const holder = document.createElement("template");
    holder.innerHTML = empty.innerHTML.replaceAll("__prefix__", String(number)).replaceAll("__number__", String(number + 1));
    const row = holder.content.firstElementChild;
    list.append(row);
    total.value = String(number + 1);
    readyMoney(row);
    if (Number(total.value) >= most) box.querySelector("[data-formset-add]")?.setAttribute("hidden", "");
    return row;
  }

  /* ---- Start */
  function ready(root) {
    readyMoney(root);
    for (const button of root.querySelectorAll("[data-formset-add]")) button.hidden = false;
  }

  document.addEventListener("input", (event) => {
    typeMoney(event);
    const form = event.target.form;
    if (form && "draft" in form.dataset) { clearTimeout(form.saveLater); form.saveLater = setTimeout(() => saveDraft(form), 300); }
  });
  document.addEventListener("submit", submitOnce);
  // An open group of the main menu closes when people go on elsewhere, or press Escape.
  const openGroup = () => document.querySelector(".kc-nav details[open]");
  document.addEventListener("click", (event) => {
    const open = openGroup();
    if (open && !open.contains(event.target)) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && openGroup();
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[aria-disabled=true]")) { event.preventDefault(); return; }
    const add = event.target.closest("[data-formset-add]");
    if (add) addRow(add.closest("[data-formset]"))?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    if (event.target.closest("[data-print]")) window.print();
    for (const menu of document.querySelectorAll("details.kc-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.kc-menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("change", (event) => {
    if ("autosubmit" in event.target.dataset) event.target.form.requestSubmit();
  });
  window.addEventListener("pageshow", () => [...document.forms].forEach(allowAgain));
  document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest("form"); if (form) allowAgain(form); });
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) ready(event.target); });

  // On a phone the menu is a strip: bring the entry of this page into it, without moving the page itself.
  const here = document.querySelector(".kc-nav [aria-current]");
  if (here) here.closest("ul").scrollLeft = here.offsetLeft - here.closest("ul").offsetLeft - 48;
  ready(document);
  readyDrafts();
  document.querySelector(".kc-summary")?.focus();
})();
