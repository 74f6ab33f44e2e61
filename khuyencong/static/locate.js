/* «Lấy vị trí của máy này»: fills in the point where somebody stands. The browser asks first; without it the numbers are typed.
   A form that wants to know how it got its point has hidden fields `place_by` and `accuracy`. */
(() => {
  "use strict";

  const SAID = {
    1: "Máy không cho lấy vị trí: hãy cho phép trang này, hoặc gõ số.",
    2: "Máy không biết mình đang ở đâu: hãy thử ngoài trời, hoặc gõ số.",
    3: "Lấy vị trí quá lâu: hãy thử lại, hoặc gõ số.",
  };
  const shown = (degrees, form) => degrees.toFixed(Number(form.dataset.decimals || 6)).replace(".", ",");

  function note(form, name, value) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }

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
          latitude.value = shown(coords.latitude, form);
          longitude.value = shown(coords.longitude, form);
          note(form, "place_by", "phone");
          note(form, "accuracy", Math.round(coords.accuracy));
          said.textContent = `Đã ghi vị trí, sai số khoảng ${Math.round(coords.accuracy)} mét. Chưa lưu.`;
          latitude.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "phone" }));
        },
        (error) => { said.textContent = SAID[error.code] || SAID[2]; },
        { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
      );
    });
    for (const field of [latitude, longitude]) {
      field.addEventListener("input", (event) => {
        if (event.detail === "phone") return;
        note(form, "place_by", "hand");
        note(form, "accuracy", "");
      });
    }
    longitude.closest(".kc-field").after(button, said);
  }

  const readyAll = () => document.querySelectorAll("form#co-so, form[data-place]").forEach(ready);
  document.addEventListener("htmx:load", readyAll);
  readyAll();
})();
