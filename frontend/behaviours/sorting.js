/* <ul data-sortable="url"> of <li data-col>: dragged by the pointer, or by Alt and arrows; every change is posted as
   `columns`, the ticked ones in their order. Also the height of rows. */
import { debounce, on } from "../lib/dom.js";
import { send } from "../lib/http.js";
import { isTaken } from "./trouble.js";

const WAIT = 400;
let dragged = null;

on("pointerdown", "[data-sortable] [data-grip]", (event, grip) => {
  dragged = grip.closest("li");
  dragged.classList.add("is-dragged");
  grip.setPointerCapture(event.pointerId);
  event.preventDefault();
});
on("pointermove", "[data-sortable] [data-grip]", (event) => {
  if (!dragged) return;
  const over = document.elementFromPoint(event.clientX, event.clientY)?.closest("li");
  if (!over || over === dragged || over.parentElement !== dragged.parentElement) return;
  const { top, height } = over.getBoundingClientRect();
  over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});
document.addEventListener("pointerup", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  saveSoon(dragged.parentElement);
  dragged = null;
});

on("keydown", "[data-sortable] li", (event, line) => {
  if (!event.altKey || !/^Arrow(Up|Down)$/.test(event.key)) return;
  event.preventDefault();
  if (event.key === "ArrowUp") line.previousElementSibling?.before(line);
  else line.nextElementSibling?.after(line);
  (line.querySelector("input") ?? line).focus();
  saveSoon(line.parentElement);
});

on("change", "[data-sortable] input[type=checkbox]", (_event, box) => saveSoon(box.closest("[data-sortable]")));

const saveSoon = debounce(async (list) => {
  const chosen = [...list.children].filter((line) => line.querySelector("input[type=checkbox]")?.checked ?? true);
  const data = { columns: chosen.map((line) => line.dataset.col).join(",") };
  await isTaken(await send(list.dataset.sortable, { data, source: list }));
}, WAIT);

on("click", "[data-density-url] [data-density]", (_event, button) => {
  const { density } = button.dataset;
  document.documentElement.dataset.kDensity = density;
  for (const each of button.parentElement.querySelectorAll("[data-density]")) {
    each.setAttribute("aria-pressed", String(each === button));
  }
  send(button.closest("[data-density-url]").dataset.densityUrl, { data: { density } });
});
