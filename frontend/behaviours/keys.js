/* The keyboard. Single letters follow the key's place (event.code), so that they work on a Russian layout too; they work
   outside of fields only and can be switched off in the profile (WCAG 2.1.4). */
import { behaviour } from "../lib/behaviour.js";
import { glyph, isTyping, make, say } from "../lib/dom.js";
import { closeDrawer, hasDrawer, saveTop } from "./drawers.js";
import { dropAll, moveRow, openRow, pickRow, rowInHand } from "./list.js";
import { openPalette } from "./palette.js";
import { lookAt } from "./preview.js";
import { undoLast } from "./toasts.js";

const SHEET = [
  ["find", "Ctrl K"], ["search", "/"], ["new", "N"], ["next", "J K"], ["select", "X"], ["open", "↵"], ["look", "Space"],
  ["done", "D"], ["move", "M"], ["call", "C"], ["write", "W"], ["hand", "H"], ["snooze", "S"], ["kinds", "1 2 3 4 5"], ["views", "1 2 3 4 5 6"], ["save", "Ctrl S"],
  ["save_close", "Ctrl ↵"], ["save_new", "Ctrl Alt ↵"], ["undo", "Ctrl Z"], ["print", "Ctrl P"], ["close", "Esc"], ["sheet", "?"],
];

const WITH_CTRL = {
  KeyK: () => openPalette() ?? true,
  KeyS: () => saveTop("stay"),
  Enter: (event) => saveTop(event.altKey ? "new" : "close"),
  NumpadEnter: (event) => saveTop(event.altKey ? "new" : "close"),
  KeyZ: (event) => !isTyping(event.target) && undoLast(),
  KeyP: (event) => !event.shiftKey && !event.altKey && pressPrint(),
};

const LETTERS = {
  KeyJ: () => moveRow(1),
  KeyK: () => moveRow(-1),
  ArrowDown: () => isQueue() && moveRow(1),
  ArrowUp: () => isQueue() && moveRow(-1),
  KeyU: () => undoLast(),
  KeyX: () => pickRow(),
  KeyN: () => openNew(),
  Slash: (event) => (event.shiftKey ? showSheet() : searchHere()),
  Space: (event) => lookFrom(event.target),
  Enter: (event) => event.target === document.body && openRow(),
};

const isQueue = () => document.querySelector("#main [data-queue]") !== null;
const areLettersOn = () => document.body.dataset.keys === "on";
let newSince = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") return escape(event);
  const act = event.ctrlKey || event.metaKey ? WITH_CTRL[event.code] : letter(event);
  if (act?.(event)) event.preventDefault();
});

function letter(event) {
  if (event.altKey || isTyping(event.target) || !areLettersOn() || document.querySelector("dialog[open]")) return null;
  if (pressesFocus(event)) return null;
  if (event.key === "?") return showSheet;
  if (Date.now() - newSince < 1500 && pressIn(document.querySelector("details[data-new] .pop"), event.code)) return () => true;
  if (hasDrawer() && event.code in LETTERS && !/^(Slash|Space)$/.test(event.code)) return () => pressAny(event.code);
  return (pressed) => LETTERS[event.code]?.(pressed) || pressAny(event.code);
}

/** Enter and Space belong to what has the focus; Space on a link does nothing, so it may look. */
function pressesFocus({ code, target }) {
  if (code === "Enter") return Boolean(target.closest?.("a, button, summary, input, td[data-col]"));
  return code === "Space" && Boolean(target.closest?.("button, summary, input, [role=tab]"));
}

/** Press what carries the letter: in the row in hand, in the top drawer, then on the page, then in its path. */
function pressAny(code) {
  const drawer = document.querySelector("#k-drawers > .drawer:last-child");
  const places = drawer ? [drawer] : [rowInHand(), document.getElementById("main"), document.querySelector(".top .crumb")];
  return places.some((place) => place && pressIn(place, code));
}

function pressIn(place, code) {
  const name = code.replace(/^Key|^Digit/, "").toLowerCase();
  if (name.length !== 1 || !place) return false;
  const fitting = [...place.querySelectorAll("[data-key]")].find((each) => each.dataset.key.toLowerCase() === name);
  fitting?.click();
  return Boolean(fitting);
}

/** Paper of our own is better than the picture of a page; where a page has none, the browser prints. */
function pressPrint() {
  const place = document.querySelector("#k-drawers > .drawer:last-child") ?? document.getElementById("main");
  const button = place?.querySelector('[data-ctrl-key="p"]');
  button?.click();
  return Boolean(button);
}

/** At the record whose link has the focus, else at the row in hand. */
function lookFrom(target) {
  const link = target.closest?.("a[data-preview]");
  const row = rowInHand();
  return link ? lookAt(link) : Boolean(row) && lookAt(row);
}

function openNew() {
  const menu = document.querySelector("details[data-new]");
  if (!menu) return false;
  newSince = Date.now();
  menu.open = true;
  menu.querySelector(".pop a")?.focus();
  return true;
}

function searchHere() {
  const field = document.querySelector(".drawer:last-child [data-list-search], #main [data-list-search]");
  if (field) field.focus();
  else openPalette();
  return true;
}

function escape(event) {
  if (document.querySelector("dialog[open]")) return;
  if (hasDrawer() ? closeDrawer() : !isTyping(event.target) && dropAll()) event.preventDefault();
}

function keysTable() {
  const lines = SHEET.flatMap(([name, keys]) => [
    make("span", {}, say(`key_${name}`)),
    make("span", {}, ...keys.split(" ").map((key) => make("kbd", {}, key))),
  ]);
  return make("div", { class: "cut3" }, ...lines);
}

function showSheet() {
  const close = make("button", { class: "btn btn-ghost btn-ic", "aria-label": say("close") }, glyph("x"));
  const head = make("form", { method: "dialog", class: "dh" }, make("h2", { class: "grow" }, say("keys")), close);
  const box = make("dialog", { class: "keys-k pop", "aria-label": say("keys") }, head, keysTable());
  document.body.append(box);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.showModal();
  return true;
}

behaviour("[data-keys-here]", (place) => place.replaceChildren(keysTable()));
