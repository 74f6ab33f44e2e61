/* «Lấy vị trí của máy này»: fills in the point of an establishment where somebody stands. Without it the numbers are typed. */
(() => {
  "use strict";

  const SAID = {
    1: "Máy không cho lấy vị trí: hãy cho phép trang này, hoặc gõ số.",
    2: "Máy không biết mình đang ở đâu: hãy thử ngoài trời, hoặc gõ số.",
    3: "Lấy vị trí quá lâu: hãy thử lại, hoặc gõ số.",
  };
  const shown = (degrees) => degrees.toFixed(6).replace(".", ",");

  function ready(form) {
    const latitude = form.elements.namedItem("latitude");
    const longitude = form.elements.namedItem("longitude");
    if (!latitude || !longitude || !navigator.geolocation || form.querySelector("[data-locate]")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.dataset.locate = "";
    button.textContent = "Lấy vị trí của máy này";
    const said = document.createElement("p");
    said.className = "kc-note";
    said.setAttribute("role", "status");
    button.addEventListener("click", () => {
      said.textContent = "Đang lấy vị trí…";
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          latitude.value = shown(coords.latitude);
          longitude.value = shown(coords.longitude);
          said.textContent = `Đã ghi vị trí, sai số khoảng ${Math.round(coords.accuracy)} mét. Chưa lưu.`;
          latitude.dispatchEvent(new Event("input", { bubbles: true }));
        },
        (error) => { said.textContent = SAID[error.code] || SAID[2]; },
        { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
      );
    });
    longitude.closest(".kc-field").after(button, said);
  }

  const readyAll = () => document.querySelectorAll("form#co-so").forEach(ready);
  document.addEventListener("htmx:load", readyAll);
  readyAll();
})();
