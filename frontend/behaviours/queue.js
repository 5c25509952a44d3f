/* My day: what is in hand is told at the side; what is done leaves, and the next one is in hand. */
import htmx from "htmx.org";

import { behaviour } from "../lib/behaviour.js";
import { on } from "../lib/dom.js";
import { send } from "../lib/http.js";
import { closeDrawer, openDrawer } from "./drawers.js";
import { hold } from "./list.js";
import { isTaken } from "./trouble.js";

const queue = () => document.querySelector("#main [data-queue]");
const rail = () => document.querySelector("[data-queue-rail]");
const isShown = (element) => element !== null && element.offsetParent !== null;
const rowsOf = (list) => [...list.querySelectorAll(".qi[data-id]")];

let told = "";
let place = 0;

on("kartu:held", "[data-queue] .qi[data-id]", (_event, row) => {
  place = rowsOf(queue()).indexOf(row);
  tell(row);
});

/** Show at the side what is in hand; a little later, so that walking down the list fetches only where it stops. */
let waiting = null;
function tell(row) {
  clearTimeout(waiting);
  if (!isShown(rail())) return;
  waiting = setTimeout(() => fetchInto(row), told ? 120 : 0);
}

async function fetchInto(row) {
  told = row.dataset.id;
  await htmx.ajax("GET", `${row.dataset.look}?rail=1`, { source: rail(), target: rail(), swap: "innerHTML" });
}

/* On a phone there is no side: a touch of the row opens it all, with big buttons. */
on("click", "[data-queue] .qi[data-id]", (event, row) => {
  if (event.target.closest("a, input, button") || isShown(rail())) return;
  openDrawer(row.dataset.look, { opener: row });
});

/* The first one is in hand when the page opens, and the one that stands where the last one stood when it has left. */
behaviour("[data-queue-rail]", (side) => {
  const first = rowsOf(queue())[0];
  if (!first || !isShown(side)) return;
  first.classList.add("cur");
  tell(first);
});

document.addEventListener("htmx:after:settle", ({ target }) => {
  const list = queue();
  if (!list?.contains(target) && target !== list) return;
  leaveWhatIsDone(list);
  const rows = rowsOf(list);
  const same = rows.find((row) => row.dataset.id === told);
  const next = same ?? rows[Math.min(place, rows.length - 1)];
  if (!next) return rail()?.replaceChildren();
  const isFree = document.activeElement === document.body || !document.activeElement?.isConnected;
  if (isFree) hold(next);
  else next.classList.add("cur");
  tell(next);
});

/** On a phone what was done from the page of a thing closes that, too: it is not in the list any more. */
function leaveWhatIsDone(list) {
  const side = document.querySelector(".drawer:last-child:has([data-queue-item])");
  const key = side?.querySelector("[data-queue-item]").dataset.queueItem;
  if (key && !rowsOf(list).some((row) => row.dataset.id === key)) closeDrawer(side);
}

/* What was typed is done: letters are keys again, and the focus goes to what is in hand. */
document.addEventListener("kartu:changed", () => {
  const typed = document.activeElement;
  if (typed?.closest("[data-queue-item]") && isShown(rail())) typed.blur();
});

/* What opens by a letter is typed into at once. */
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("[data-queue-item] details[open]")) target.querySelector("input:not([type=hidden])")?.focus();
}, true);

/* Dragged onto a colleague, or all that is selected with it. */
let dragged = "";

behaviour("[data-give-to] .qi[data-id]", (row) => {
  row.draggable = true;
});

on("dragstart", "[data-give-to] .qi[data-id]", (event, row) => {
  const picked = [...document.querySelectorAll("[data-give-to] .qi:has(input[data-pick]:checked)")];
  dragged = (picked.includes(row) ? picked : [row]).map((each) => each.dataset.id).join(",");
  event.dataTransfer.setData("text/plain", dragged);
  event.dataTransfer.effectAllowed = "move";
});

on("dragover", "[data-give-to]", (event, person) => {
  if (!dragged) return;
  event.preventDefault();
  person.classList.add("drop");
});

on("dragleave", "[data-give-to]", (event, person) => person.contains(event.relatedTarget) || person.classList.remove("drop"));
on("dragend", "[data-give-to] .qi[data-id]", () => (dragged = ""));

on("drop", "[data-give-to]", async (event, person) => {
  event.preventDefault();
  person.classList.remove("drop");
  const url = document.querySelector("[data-give]").dataset.give;
  const ids = dragged;
  dragged = "";
  if (ids) await isTaken(await send(url, { data: { ids, to: person.dataset.giveTo }, source: person }));
});
