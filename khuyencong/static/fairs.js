/* The plan of a fair: an establishment dragged onto a booth fills in the form under the plan and sends it; a click on a
   free place of the picture opens the form of a new booth there. Without scripts the two forms do the same. */
(() => {
  "use strict";

  const plan = document.querySelector("svg[data-plan]");
  const form = document.querySelector("form[data-assign]");
  if (!plan || !form) return;
  const people = document.querySelector("[data-chips]");
  if (people) people.hidden = false;

  for (const chip of document.querySelectorAll("[data-participant]")) {
    chip.draggable = true;
    chip.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", chip.dataset.participant);
      event.dataTransfer.effectAllowed = "copy";
    });
  }
  for (const booth of plan.querySelectorAll("[data-booth]")) {
    booth.addEventListener("dragover", (event) => {
      event.preventDefault();
      booth.classList.add("kc-drop");
    });
    booth.addEventListener("dragleave", () => booth.classList.remove("kc-drop"));
    booth.addEventListener("drop", (event) => {
      event.preventDefault();
      booth.classList.remove("kc-drop");
      const key = event.dataTransfer.getData("text/plain");
      if (!/^\d+$/.test(key)) return;
      const choice = form.querySelector("[name=booth]");
      choice.value = booth.dataset.booth;
      const told = choice.selectedOptions[0]?.text || ""; // «A1 (who stands there)»
      if (told.endsWith(")") && !window.confirm(`Gian ${told} đã có người dùng. Chuyển gian cho cơ sở này?`)) return;
      form.querySelector("[name=participant]").value = key;
      form.requestSubmit();
    });
  }

  const address = plan.dataset.newBooth;
  if (address) {
    plan.addEventListener("click", (event) => {
      if (event.target.closest("a")) return;
      const box = plan.getBoundingClientRect();
      const mille = (part, whole) => Math.round(Math.min(Math.max(part / whole, 0), 1) * 1000);
      const x = mille(event.clientX - box.left, box.width);
      const y = mille(event.clientY - box.top, box.height);
      window.location.assign(`${address}?x=${x}&y=${y}`);
    });
  }
})();
