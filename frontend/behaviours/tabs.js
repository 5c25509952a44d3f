/* Sections of a card: fetched when first opened, kept while the card is open, remembered in the address and, by a cookie,
   for the next card. The links work without this script. */
import { make, on, say } from "../lib/dom.js";
import { behaviour } from "../lib/behaviour.js";
import htmx from "htmx.org";

const YEAR = 365 * 24 * 3600;

behaviour("[data-tabs]", (tabs) => {
  const panel = document.getElementById(tabs.dataset.tabs);
  const current = tabs.querySelector("[data-tab][aria-current]");
  if (panel && current) panel.dataset.shown = current.dataset.tab;
  if (current) bringIntoSight(tabs, current);
});

on("click", "[data-tabs] [data-tab]", (event, tab) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const tabs = tab.closest("[data-tabs]");
  const panel = document.getElementById(tabs.dataset.tabs);
  if (!panel) return;
  event.preventDefault();
  light(tabs, tab);
  show(panel, tab);
  keepChoice(tabs, tab);
});

function light(tabs, chosen) {
  for (const tab of tabs.querySelectorAll("[data-tab]")) {
    tab.classList.toggle("on", tab === chosen);
    if (tab === chosen) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  bringIntoSight(tabs, chosen);
}

/** Sideways only: `scrollIntoView` would move the page as well. */
function bringIntoSight(tabs, tab) {
  const { offsetLeft: left, offsetWidth: width } = tab;
  if (left < tabs.scrollLeft || left + width > tabs.scrollLeft + tabs.clientWidth) tabs.scrollLeft = left - tabs.clientWidth / 3;
}

const kept = new WeakMap(); // panel -> Map of tab key -> its nodes

function show(panel, tab) {
  const sections = kept.get(panel) ?? kept.set(panel, new Map()).get(panel);
  if (panel.dataset.shown === tab.dataset.tab) return fetchInto(panel, tab);
  sections.set(panel.dataset.shown, [...panel.childNodes]);
  panel.dataset.shown = tab.dataset.tab;
  const nodes = sections.get(tab.dataset.tab);
  if (nodes) return panel.replaceChildren(...nodes);
  return fetchInto(panel, tab);
}

function fetchInto(panel, tab) {
  panel.replaceChildren(make("div", { class: "skels pad slow", role: "status", "aria-label": say("loading") }, ...bones()));
  return htmx.ajax("GET", tab.href, { source: panel, target: panel, swap: "innerHTML" });
}

const bones = () => ["w2", "w1", "w2"].map((width) => make("div", { class: "row-x" }, make("span", { class: `skel ${width}` })));

/* A section that was put aside may be old once something has changed. */
document.addEventListener("kartu:changed", () => {
  for (const panel of document.querySelectorAll("[data-shown]")) kept.delete(panel);
});

function keepChoice(tabs, tab) {
  const url = new URL(location.href);
  url.searchParams.set("tab", tab.dataset.tab);
  if (tabs.closest("#main")) history.replaceState(history.state, "", url);
  const group = tabs.dataset.tabsGroup;
  if (group) document.cookie = `kartu_tab_${group}=${tab.dataset.tab}; path=/; max-age=${YEAR}; samesite=lax`;
}
