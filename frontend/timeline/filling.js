/* What the timeline draws: each sort made empty, and filled with what it stands for. */
import { glyph, make } from "../lib/dom.js";

const TEXT_FROM = 26; // px

export const newDay = () => make("div", { class: "tl-day" }, make("span", {}));
export const newTick = () => make("div", { class: "tl-tick" });
export const newDayLine = () => make("div", { class: "tl-line day" });
export const newLine = () => make("div", { class: "tl-line" });
export const newRowLine = () => make("div", { class: "tl-rowline" });
export const newOff = () => make("div", { class: "tl-off" });
export const newLoad = () => make("div", { class: "tl-load" });

export function newItem() {
  return make("div", { class: "tl-it", role: "button", tabindex: "-1" });
}

export function fillItem(node, item, width, timeline) {
  const isNarrow = width < TEXT_FROM;
  const marks = [timeline.colourOf(item), item.state, item.clash && "clash", item.late && "late", !item.can_move && "fixed"];
  node.className = `tl-it ${marks.filter(Boolean).join(" ")}${isNarrow ? " thin" : ""}${width < 64 ? " short" : ""}`;
  node.classList.toggle("saving", Boolean(item.isSaving));
  markItem(node, item.id, timeline);
  node.dataset.item = item.id;
  node.removeAttribute("title");
  node.setAttribute("aria-label", timeline.labelOf(item));
  if (isNarrow) {
    if (node.words) node.words.textContent = "";
    return;
  }
  if (!node.words) {
    node.mark = glyph("clock");
    node.words = make("span", { class: "cut" });
    node.append(node.mark, node.words);
  }
  const icon = item.clash ? "alert-triangle" : timeline.iconOf(item);
  if (node.icon !== icon) node.mark.firstChild.setAttribute("href", `${document.body.dataset.icons}#${(node.icon = icon)}`);
  node.words.textContent = item.title;
}

export function markItem(node, id, timeline) {
  node.classList.toggle("sel", timeline.selection.has(id));
  node.classList.toggle("carried", timeline.isCarried(id));
}

export function newName() {
  const words = make("div", { class: "grow min" }, make("div", { class: "b5 cut" }), make("div", { class: "xs cut" }));
  return make("div", { class: "tl-name" }, make("span", { class: "ava" }), glyph("door"), words);
}

export function fillName(node, row, timeline) {
  const [face, icon, words] = node.children;
  const isPerson = row.kind === "person";
  face.toggleAttribute("hidden", !isPerson);
  icon.classList.toggle("d-none", isPerson);
  face.className = `ava ${row.color ?? "c6"}`;
  face.textContent = row.initials ?? "";
  icon.firstChild.setAttribute("href", `${document.body.dataset.icons}#${row.icon ?? "door"}`);
  words.firstChild.textContent = row.name;
  node.title = row.zone ? `${row.name} (${row.zone})` : row.name;
  const { text, isOver } = timeline.loadWords(row);
  words.lastChild.textContent = text;
  words.lastChild.className = `xs cut ${isOver ? "bad" : "t3"}`;
}
