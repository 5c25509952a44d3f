/* Rows of a list: which one is in hand, which are selected, what is done with those. */
import { behaviour } from "../lib/behaviour.js";
import { dispatch, on, say } from "../lib/dom.js";

// A row of a table, or of the queue.
const ROW = "tr[data-id], .qi[data-id]";
const picks = (list) => [...list.querySelectorAll("input[data-pick]")];
const rowOf = (element) => element.closest(ROW);

/** What is selected in the list around `element`: {ids, all, query}. */
export const selection = {
  of(element) {
    const list = element.closest("[data-list]");
    const rows = picks(list).filter((pick) => pick.checked).map(rowOf);
    return { ids: rows.map((row) => row.dataset.id).join(","), all: list.dataset.all === "1", query: location.search };
  },
  /** The address of `link`, with what is selected when it stands in a bulk bar. */
  addTo(link) {
    if (!link.closest("[data-bulk]")) return link.href;
    const url = new URL(link.href);
    const { ids, all, query } = this.of(link);
    if (all) url.searchParams.set("all", "1");
    url.searchParams.set(all ? "query" : "ids", all ? query : ids);
    return url.href;
  },
};

behaviour("[data-list]", (list) => {
  list.dataset.all = "";
  refresh(list);
  remember(list);
});

on("change", "[data-list] input[data-pick]", (_event, pick) => {
  pick.closest("[data-list]").dataset.all = "";
  refresh(pick.closest("[data-list]"));
});

let lastPicked = null;
on("click", "[data-list] input[data-pick]", (event, pick) => {
  const list = pick.closest("[data-list]");
  const all = picks(list);
  if (event.shiftKey && all.includes(lastPicked)) {
    const [from, to] = [all.indexOf(lastPicked), all.indexOf(pick)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = pick.checked;
  }
  lastPicked = pick;
  list.dataset.all = "";
  refresh(list);
});

on("change", "[data-list] input[data-pick-all]", (_event, all) => {
  const list = all.closest("[data-list]");
  for (const pick of picks(list)) pick.checked = all.checked;
  list.dataset.all = "";
  refresh(list);
});

on("click", "[data-bulk-all]", (_event, button) => {
  const list = button.closest("[data-list]");
  for (const pick of picks(list)) pick.checked = true;
  list.dataset.all = "1";
  refresh(list);
});

on("click", "[data-bulk-none]", (_event, button) => dropSelection(button.closest("[data-list]")));

function dropSelection(list) {
  for (const pick of picks(list)) pick.checked = false;
  list.dataset.all = "";
  refresh(list);
}

/** Rows, the box above them and the bulk bar, as the boxes say. */
function refresh(list) {
  const all = picks(list);
  const chosen = all.filter((pick) => pick.checked);
  for (const pick of all) rowOf(pick).classList.toggle("on", pick.checked);
  const above = list.querySelector("input[data-pick-all]");
  if (above) {
    above.checked = chosen.length > 0 && chosen.length === all.length;
    above.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  const bar = list.querySelector("[data-bulk]");
  if (bar) showBar(list, bar, chosen.length, all.length);
}

function showBar(list, bar, chosen, shown) {
  const total = bar.dataset.total;
  const isAll = list.dataset.all === "1";
  bar.hidden = !chosen;
  bar.querySelector("[data-bulk-count]").textContent = isAll
    ? say("all_selected", { count: total })
    : say("selected", { count: chosen });
  bar.querySelector("[data-bulk-all]").hidden = isAll || String(shown) === total || chosen < shown;
  const { ids, all, query } = selection.of(bar);
  bar.elements.ids.value = all ? "" : ids;
  bar.elements.all.value = all ? "1" : "";
  bar.elements.query.value = query;
}

/* The row in hand. */
const currentList = () => document.querySelector(".drawer:last-child [data-list]") ?? document.querySelector("#main [data-list]");
export const rowInHand = () => currentList()?.querySelector(":is(tr, .qi).cur") ?? null;

export function hold(row) {
  rowInHand()?.classList.remove("cur");
  row.classList.add("cur");
  row.scrollIntoView({ block: "nearest" });
  (row.querySelector("a[href]") ?? row).focus({ preventScroll: true });
  dispatch(row, "kartu:held");
}

/** Go `step` rows on; false when there is no list. */
export function moveRow(step) {
  const rows = [...(currentList()?.querySelectorAll(ROW) ?? [])];
  if (!rows.length) return false;
  const at = rows.indexOf(rowInHand());
  hold(rows[Math.max(0, Math.min(rows.length - 1, at + step))] ?? rows[0]);
  return true;
}

export function pickRow() {
  const pick = rowInHand()?.querySelector("input[data-pick]");
  pick?.click();
  return Boolean(pick);
}

export function openRow() {
  const link = rowInHand()?.querySelector("a[href]");
  link?.click();
  return Boolean(link);
}

/** Esc lets the selection go; false when nothing is selected. */
export function dropAll() {
  const list = currentList();
  if (!list || !picks(list).some((pick) => pick.checked)) return false;
  dropSelection(list);
  return true;
}

on("click", `[data-list] :is(${ROW})`, (_event, row) => {
  rowInHand()?.classList.remove("cur");
  row.classList.add("cur");
  dispatch(row, "kartu:held");
  if (row.closest("#main")) sessionStorage.setItem(`kartu.row.${location.pathname}`, row.dataset.id);
});

/** Back from a card: the row one came from, or went on to, is in hand again and in sight. */
function remember(list) {
  if (!list.closest("#main")) return;
  const rows = [...list.querySelectorAll(ROW)];
  const seen = { search: location.search, of: list.dataset.of, ids: rows.map((row) => row.dataset.id) };
  sessionStorage.setItem(`kartu.list.${location.pathname}`, JSON.stringify(seen));
  const id = sessionStorage.getItem(`kartu.row.${location.pathname}`);
  const row = rows.find((each) => each.dataset.id === id);
  row?.classList.add("cur");
  // After page.js has scrolled to where the list was left.
  if (row) requestAnimationFrame(() => row.scrollIntoView({ block: "nearest" }));
}
