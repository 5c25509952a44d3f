/* Cells of a list as in a spreadsheet: arrows move, Shift widens, Ctrl C copies, Ctrl V pastes from Excel. */
import { behaviour } from "../lib/behaviour.js";
import { dispatch, make, on, say } from "../lib/dom.js";
import { send } from "../lib/http.js";
import { showPaste } from "./lists.js";
import { toast } from "./toasts.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
let range = null; // {list, anchor: [row, column], focus: [row, column]}

const rowsOf = (list) => [...list.querySelectorAll("tbody tr[data-id]")];
const cellsOf = (row) => [...row.querySelectorAll("td[data-col]")];
const cellAt = (list, [row, column]) => cellsOf(rowsOf(list)[row] ?? document.createElement("tr"))[column];

behaviour("[data-list] table", (table) => {
  const first = table.querySelector("tbody td[data-col]");
  if (first) first.tabIndex = 0; // one stop for Tab; arrows go on from there
  return () => (range = null);
});

function placeOf(cell) {
  const list = cell.closest("[data-list]");
  const row = cell.closest("tr[data-id]");
  return { list, at: [rowsOf(list).indexOf(row), cellsOf(row).indexOf(cell)] };
}

function mark() {
  for (const cell of document.querySelectorAll("td.cell-on")) cell.classList.remove("cell-on");
  if (!range) return;
  for (const row of inRange()) for (const cell of row) cell.classList.add("cell-on");
}

/** The cells between anchor and focus, row by row. */
function inRange() {
  const { list, anchor, focus } = range;
  const [top, bottom] = [anchor[0], focus[0]].sort((a, b) => a - b);
  const [left, right] = [anchor[1], focus[1]].sort((a, b) => a - b);
  return rowsOf(list).slice(top, bottom + 1).map((row) => cellsOf(row).slice(left, right + 1));
}

function goTo(list, at, isWider) {
  const cell = cellAt(list, at);
  if (!cell) return;
  for (const other of list.querySelectorAll("td[tabindex]")) other.tabIndex = -1;
  cell.tabIndex = 0;
  range = { list, anchor: isWider && range?.list === list ? range.anchor : at, focus: at };
  mark();
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

on("keydown", "td[data-col]", (event, cell) => {
  if (event.target !== cell) return;
  const { list, at } = placeOf(cell);
  const step = STEPS[event.key];
  if (step && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    const from = event.shiftKey && range ? range.focus : at;
    goTo(list, [from[0] + step[0], from[1] + step[1]], event.shiftKey);
  } else if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    (cell.querySelector(".edit-b") ?? cell.querySelector("a[href]"))?.click();
  } else if (event.key === "Escape" && range && range.anchor.join() !== range.focus.join()) {
    event.preventDefault();
    range = null;
    mark();
  }
});

on("focusin", "td[data-col]", (event, cell) => {
  if (event.target !== cell) return;
  const { list, at } = placeOf(cell);
  if (!range || cellAt(range.list, range.focus) !== cell) range = { list, anchor: at, focus: at };
  mark();
});

let isDragging = false;
on("pointerdown", "td[data-col]", (event, cell) => {
  if (event.pointerType !== "mouse" || event.button || event.target.closest("a, button, input, select, textarea, .edit")) return;
  const { list, at } = placeOf(cell);
  isDragging = true;
  event.preventDefault(); // no text is marked on the way
  goTo(list, at, event.shiftKey);
});
on("pointerover", "td[data-col]", (_event, cell) => {
  if (!isDragging || !range) return;
  const { list, at } = placeOf(cell);
  if (list === range.list) {
    range.focus = at;
    mark();
  }
});
document.addEventListener("pointerup", () => (isDragging = false));

const bare = (cell) => cell.dataset.bare ?? (cell.querySelector(".edit-v") ?? cell).innerText.trim();
const clean = (text) => text.replace(/[\t\r\n]+/g, " ");

/** Whole rows for a selection of rows, else the marked cells; null when the person copies something else. */
function copied() {
  const picked = [...document.querySelectorAll("#main [data-list] tr.on")];
  if (picked.length) return picked.map(cellsOf);
  return range && range.list.contains(document.activeElement) ? inRange() : null;
}

document.addEventListener("copy", (event) => {
  if (!getSelection().isCollapsed || document.activeElement?.matches("input:not([type=checkbox]), textarea")) return;
  const rows = copied();
  if (!rows) return;
  event.preventDefault();
  const values = rows.map((row) => row.map((cell) => clean(bare(cell))));
  event.clipboardData.setData("text/plain", values.map((row) => row.join("\t")).join("\r\n"));
  const body = values.map((row) => make("tr", {}, ...row.map((value) => make("td", {}, value))));
  event.clipboardData.setData("text/html", make("table", {}, ...body).outerHTML);
  toast(say("copied_rows", { count: values.length }));
});

document.addEventListener("paste", async (event) => {
  const cell = document.activeElement;
  if (!cell?.matches("[data-list][data-paste] td[data-col]")) return;
  event.preventDefault();
  const { list, at } = placeOf(cell);
  const ids = rowsOf(list).slice(at[0]).map((row) => row.dataset.id);
  const columns = cellsOf(cell.closest("tr")).slice(at[1]).map((each) => each.dataset.col);
  const data = { cells: event.clipboardData.getData("text/plain"), ids: ids.join(","), columns: columns.join(",") };
  const response = await send(list.dataset.paste, { data, source: list });
  if (response.status === 422) {
    dispatch(list, "kartu:trouble", { text: say("paste_failed", { reason: await response.text() }) });
  } else if (!response.ok) {
    dispatch(list, "kartu:trouble", { html: await response.text() });
  } else if (response.status === 200) {
    showPaste(await response.text());
  }
});
