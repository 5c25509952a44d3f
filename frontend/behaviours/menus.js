/* Lists under buttons (<details data-menu>), the bell, and the phone's two sheets. */
import htmx from "htmx.org";

import { make, on } from "../lib/dom.js";

const openMenus = () => [...document.querySelectorAll("details[data-menu][open]")];

document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) {
    const isChoice = target.closest("a, button") && target.closest(".pop") && menu.contains(target) && !target.closest("[data-stay]");
    if (!menu.contains(target) || isChoice) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const [menu] = openMenus().slice(-1);
  if (!menu || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (/^Arrow(Down|Up)$/.test(event.key) && !event.target.matches("input:not([type=checkbox]), select, textarea")) {
    event.preventDefault();
    step(menu, event.key === "ArrowDown" ? 1 : -1);
  }
});

function step(menu, by) {
  const lines = [...menu.querySelectorAll(".pop :is(a, button, input):not([hidden])")];
  const at = lines.indexOf(document.activeElement);
  lines[(at + by + lines.length) % lines.length]?.focus();
}

/* `toggle` does not bubble, so it is caught on its way down. */
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("details[data-menu]") || !target.open) return;
  for (const other of openMenus()) if (!other.contains(target) && other !== target) other.open = false;
  keepInSight(target);
  if (target.dataset.piece) fill(target);
}, true);

/** Shift a list that would leave the window. */
function keepInSight(menu) {
  const pop = menu.querySelector(".pop");
  pop.classList.remove("to-start");
  if (pop.getBoundingClientRect().left < 0) pop.classList.add("to-start");
}

function fill(menu) {
  const place = menu.querySelector("[data-fill]");
  return htmx.ajax("GET", menu.dataset.piece, { source: place, target: place, swap: "innerHTML" });
}

/* The bell shows what the server counts. */
document.addEventListener("kartu:live", ({ detail: { kind, data } }) => {
  const dot = document.querySelector("[data-bell-count]");
  if (kind !== "bell" || !dot) return;
  dot.dataset.bellCount = data.count;
  dot.textContent = data.count > 99 ? "99+" : data.count;
  dot.hidden = !data.count;
  const menu = dot.closest("[data-bell]");
  if (menu.open) fill(menu);
});

/* The phone's bar opens the same menus from below. */
const SHEETS = {
  new: () => document.querySelector("details[data-new] .pop")?.children ?? [],
  more: () => document.querySelectorAll(".nav-k a.it"),
};

on("click", "[data-sheet]", (_event, button) => {
  const lines = [...SHEETS[button.dataset.sheet]()].map((line) => line.cloneNode(true));
  const box = make("dialog", { class: "sheet-k pop", "aria-label": button.getAttribute("aria-label") ?? button.textContent.trim() }, ...lines);
  document.body.append(box);
  box.addEventListener("click", (event) => (event.target === box || event.target.closest("a")) && box.close());
  box.addEventListener("close", () => box.remove());
  box.showModal();
});
