/* The choices of a scenario: what they come to while one ticks and types, and a reason only where something is cut.
   Without scripts the sums are those of the last save, and every row shows the place for a reason. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-scenario]");
  if (!form) return;
  const live = form.querySelector("[data-live]");
  const rows = [...form.querySelectorAll("[data-row]")];
  const shown = (amount) => amount.toLocaleString("vi-VN").replaceAll(",", ".");

  // Only plain or grouped đồng are added up; «150 triệu» is read by the server when it is saved.
  function amountOf(row) {
    const text = row.querySelector("[name^=tien_]").value.trim();
    if (text === "") return Number(row.dataset.most);
    return /^\d{1,3}(\.\d{3})*$|^\d+$/.test(text) ? Number(text.replaceAll(".", "")) : null;
  }

  function reasonOf(row) {
    const reason = row.querySelector("[name^=ly_do_]");
    const amount = amountOf(row);
    const needed = row.querySelector("[name^=chon_]").checked && amount !== null && amount < Number(row.dataset.most);
    reason.hidden = !needed && amount !== null;
    reason.required = needed;
  }

  function count() {
    let total = Number(form.dataset.total);
    let unread = 0;
    for (const row of rows) {
      const amount = amountOf(row);
      if (!row.querySelector("[name^=chon_]").checked) total -= Number(row.dataset.given);
      else if (amount === null) unread += 1;
      else total += amount - Number(row.dataset.given);
    }
    const left = Number(form.dataset.free) - total;
    const rest = left < 0 ? `vượt hạn mức ${shown(-left)} đồng` : `còn ${shown(left)} đồng trong hạn mức`;
    live.textContent = `Đang chọn ${shown(total)} đồng, ${rest}.${unread ? ` Chưa cộng ${unread} số đang nhập.` : ""}`;
    live.hidden = false;
  }

  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    form.dataset.unsaved = "";
    reasonOf(row);
    count();
  });
  // A button that changes all choices at once would drop what was typed and not saved.
  for (const bulk of document.querySelectorAll("form[data-bulk]")) {
    bulk.addEventListener("submit", (event) => {
      if (!("unsaved" in form.dataset)) return;
      event.preventDefault();
      document.querySelector("[data-unsaved][role=alert]").hidden = false;
    });
  }

  for (const row of rows) reasonOf(row);
  count();
})();
