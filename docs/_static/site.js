/* What the theme leaves undone: names of its parts, and the keyboard for its menus and for wide tables. */
"use strict";

const NAMES = { __navigation: "Pages of this site", __toc: "On this page" };

function openWithKeyboard(label) {
  const box = document.getElementById(label.htmlFor);
  if (!box || !NAMES[label.htmlFor] || label.classList.contains("overlay")) { return; }
  // A label answers to the mouse alone; a button in its place answers to everything.
  const button = document.createElement("button");
  button.type = "button";
  button.className = label.className;
  button.setAttribute("aria-label", NAMES[label.htmlFor]);
  button.append(...label.childNodes);
  const tell = () => button.setAttribute("aria-expanded", String(box.checked));
  tell();
  box.addEventListener("change", tell);
  button.addEventListener("click", () => {
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change"));
  });
  label.replaceWith(button);
}

function closeWithEscape() {
  for (const name of Object.keys(NAMES)) {
    const box = document.getElementById(name);
    if (box && box.checked) {
      box.checked = false;
      box.dispatchEvent(new Event("change"));
    }
  }
}

function scrollWithKeyboard(frame) {
  frame.tabIndex = 0;
  if (frame.matches("div.table-wrapper")) {
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", "Table");
  }
}

function nameParts() {
  document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", NAMES.__navigation);
  document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", NAMES.__toc);
  document.querySelectorAll("[role=heading]:not([aria-level])").forEach((part) => part.setAttribute("aria-level", "2"));
}

document.addEventListener("DOMContentLoaded", () => {
  nameParts();
  document.querySelectorAll("label[for]").forEach(openWithKeyboard);
  document.querySelectorAll("div.table-wrapper, div.highlight pre").forEach(scrollWithKeyboard);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { closeWithEscape(); } });
});
