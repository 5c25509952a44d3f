/* The keys of the timeline, on "?". */
import { glyph, make, say } from "../lib/dom.js";

const KEYS = [
  ["k_go", "← → ↑ ↓"], ["k_grid", "Shift ← →"], ["k_open", "↵"], ["k_move", "M"], ["k_hour", "Shift ← →"], ["k_day", "Ctrl ← →"],
  ["k_minute", "Alt ← →"], ["k_digits", "1 4 2 3"], ["k_end", "E"], ["k_exact", "T"], ["k_new", "N"], ["k_select", "Space"],
  ["k_page", "PageUp PageDown"], ["k_now", "Home"], ["k_let_go", "Esc"], ["k_zoom", "Ctrl +wheel"], ["k_free", "Alt"], ["k_lasso", "Shift"],
];

export function showKeys({ words }) {
  const close = make("button", { class: "btn btn-ghost btn-ic", "aria-label": say("close") }, glyph("x"));
  const head = make("form", { method: "dialog", class: "dh" }, make("h2", { class: "grow" }, words.keys), close);
  const lines = KEYS.flatMap(([key, keys]) => [
    make("span", {}, words[key]),
    make("span", {}, ...keys.split(" ").map((each) => make("kbd", {}, each.startsWith("+") ? words[each.slice(1)] : each))),
  ]);
  const box = make("dialog", { class: "keys-k pop", "aria-label": words.keys }, head, make("div", { class: "cut3" }, ...lines));
  document.body.append(box);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.showModal();
}
