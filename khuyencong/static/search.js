/* The box in the header: «/» goes to it, arrows move through the suggestions, Enter opens one, Escape closes them.
   The suggestions themselves are fetched by htmx; without scripts the box is a form like any other. */
(() => {
  "use strict";

  const form = document.querySelector("[data-find]");
  if (!form) return;
  const input = form.querySelector("input");
  const list = form.querySelector(".kc-find-list");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");
  // Written into by hand: somebody who types in a field means the letter, not the shortcut.
  const isField = (element) => element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);

  function choose(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function show() {
    choose(null);
    input.setAttribute("aria-expanded", String(options().length > 0));
  }

  function close() {
    list.replaceChildren();
    show();
  }

  function move(step) {
    const all = options();
    if (!all.length) return;
    const at = all.indexOf(active());
    // From the box itself, down leads to the first and up to the last; past either end lies the box again.
    const next = at === -1 && step < 0 ? all.length - 1 : at + step;
    choose(all[next] || null);
  }

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && list.childElementCount) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && active()) {
      event.preventDefault();
      active().click();
    }
  });
  input.addEventListener("input", () => { if (!input.value.trim()) close(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== list) return;
    // An answer that comes after the person has left or emptied the box is not shown.
    if (!input.value.trim() || !form.contains(document.activeElement)) close();
    else show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  form.addEventListener("focusout", (event) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) close(); });
})();
