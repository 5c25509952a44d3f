/* A card that knows its list: previous and next take the place of the card they leave, so that Back leads to the list;
   the path leads to the very page of the list, on which the row in hand is the one that is left. */
import { behaviour } from "../lib/behaviour.js";
import { on } from "../lib/dom.js";

const seenOf = (place) => JSON.parse(sessionStorage.getItem(`kartu.list.${place.dataset.near}`) ?? "null");
const isToList = (link, place) => new URL(link.href).pathname === place.dataset.near;
const idOf = (link, place) => new URL(link.href).pathname.slice(place.dataset.near.length).replace(/\/$/, "");
const placeHere = () => document.querySelector("[data-near]");

behaviour("[data-near]", (place) => {
  sessionStorage.setItem(`kartu.row.${place.dataset.near}`, place.dataset.row);
  const seen = seenOf(place);
  if (!seen || seen.of !== place.dataset.of) return;
  for (const link of place.closest(".crumb").querySelectorAll("a[href]")) {
    if (isToList(link, place)) link.href = place.dataset.near + seen.search;
  }
});

on("click", ".crumb a[href]", (_event, link) => {
  const place = placeHere();
  if (!place || !isToList(link, place)) return;
  const { pathname, search } = new URL(link.href);
  sessionStorage.setItem("kartu.return", `kartu.scroll.${pathname}${search}`);
});

on("click", "[data-near-go]", (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  turnPage(placeHere(), link);
  location.replace(link.href);
});

/** Beyond the last row of the page that was seen, the page that follows is the one to come back to. */
function turnPage(place, link) {
  const seen = seenOf(place);
  if (!seen?.ids || seen.of !== place.dataset.of || seen.ids.includes(idOf(link, place))) return;
  const search = `?${place.dataset[link.dataset.nearGo]}`;
  sessionStorage.setItem(`kartu.list.${place.dataset.near}`, JSON.stringify({ ...seen, search, ids: null }));
}
