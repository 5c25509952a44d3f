/* The list page: cells that open for editing, columns drawn wider, counts of views, the builder of filters, and what
   pasted cells would change. Rows and cells themselves are in list.js and cells.js. */
import { behaviour } from "../lib/behaviour.js";
import { debounce, fragment, glyph, make, on, say } from "../lib/dom.js";
import { get, send } from "../lib/http.js";
import { release } from "./forms.js";

const WAIT = 350;
const LEAST = 40;

/* A cell becomes an `edit` only when somebody wants to change it: five hundred of them would weigh more than the page. */
function openCell(cell) {
  const list = cell.closest("[data-list]");
  const row = cell.closest("tr[data-id]");
  if (!list?.dataset.cells || !row) return false;
  if (!cell.querySelector("[data-edit]")) dress(cell, `${list.dataset.cells}${row.dataset.id}/${cell.dataset.col}/`);
  cell.querySelector(".edit-b").click();
  return true;
}

function dress(cell, url) {
  const label = cell.closest("table").querySelector(`th[data-col="${cell.dataset.col}"]`)?.textContent.trim() ?? "";
  const shown = make("span", { class: "edit-v" }, ...cell.childNodes);
  const button = make("button", { type: "button", class: "edit-b", "aria-label": label }, glyph("pencil"));
  const data = { "data-edit": "piece", "data-url": url, "data-name": "value", "data-label": label, "data-version": "", "data-value": "" };
  cell.append(make("span", { class: "edit", ...data }, shown, button));
}

on("dblclick", "td[data-cell]", (event, cell) => {
  if (!event.target.closest("a, button, .edit-f")) openCell(cell);
});
/* Before cells.js, which would follow the link of a cell that is not dressed yet. */
document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!cell.matches?.("td[data-cell]") || !(event.key === "F2" || (event.key === "Enter" && !cell.querySelector("a[href]")))) return;
  if (!openCell(cell)) return;
  event.preventDefault();
  event.stopPropagation();
}, true);

/* Whether there is more of the table beside what is seen. */
behaviour(".list-k > .body", (body) => {
  const list = body.parentElement;
  const tell = () => {
    const rest = body.scrollWidth - body.clientWidth - body.scrollLeft;
    list.classList.toggle("has-more-k", rest > 8);
    const edge = list.querySelector(".edge-k");
    if (edge) Object.assign(edge.style, { top: `${body.offsetTop}px`, height: `${body.clientHeight}px`, bottom: "auto" });
  };
  const watch = new ResizeObserver(tell);
  watch.observe(body);
  body.addEventListener("scroll", tell, { passive: true });
  return () => watch.disconnect();
});

/* Columns are drawn wider by the edge of their head. */
let drawn = null;
on("pointerdown", "[data-widen]", (event, grip) => {
  const head = grip.closest("th");
  const column = head.closest("table").querySelector(`col[data-col="${head.dataset.col}"]`);
  drawn = { head, column, from: event.clientX, width: head.offsetWidth };
  grip.setPointerCapture(event.pointerId);
  event.preventDefault();
});
on("pointermove", "[data-widen]", (event) => {
  if (!drawn) return;
  drawn.now = Math.max(LEAST, Math.round(drawn.width + event.clientX - drawn.from));
  drawn.column.setAttribute("width", drawn.now);
});
document.addEventListener("pointerup", () => {
  if (drawn?.now) {
    const { widths } = drawn.head.closest("[data-list]").dataset;
    send(widths, { data: { column: drawn.head.dataset.col, width: drawn.now }, source: drawn.head });
  }
  drawn = null;
});

/* How many rows each view finds is asked for when the page stands. */
behaviour("[data-view-counts]", async (views) => {
  const response = await get(views.dataset.viewCounts, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return;
  for (const [key, count] of Object.entries(await response.json())) {
    const place = views.querySelector(`[data-count="${CSS.escape(key)}"]`);
    if (place) place.textContent = count;
  }
});

/* The builder: another column or way to compare brings its own control; a value tells at once how many rows it finds.
   It is a form of its own, or (data-builder names its address) a part of one that is kept. */
const UNSAID = ["csrfmiddlewaretoken", "idempotency_key"];

function asked(form, act = "") {
  const data = new URLSearchParams(new FormData(form));
  for (const name of UNSAID) data.delete(name);
  if (act) data.set("act", act);
  return data.toString();
}

const builderIn = (form) => form.matches("[data-builder]") ? form : form.querySelector("[data-builder]");

async function rebuilt(form, query) {
  const builder = builderIn(form);
  const response = await get(`${builder.dataset.builder || form.action}?${query}`);
  return response.ok ? fragment(await response.text()).querySelector("[data-builder]") : null;
}

/* One after the other: what is pressed while the builder is on its way waits for it, and is not lost with the old one. */
let last = Promise.resolve();
function replaceBuilder(builder, act) {
  const form = builder.closest("form");
  if (form) last = last.then(() => exchange(form, act)).catch(() => {});
}

/* A builder that is a form is replaced as a whole: what still waits for the old one goes to the one in its place. */
const successors = new WeakMap();
const newest = (form) => successors.has(form) ? newest(successors.get(form)) : form;

async function exchange(old, act) {
  const form = newest(old);
  const builder = form.isConnected && builderIn(form);
  if (!builder) return;
  const sent = new Map([...named(builder)].map((control) => [control, control.value]));
  const next = await rebuilt(form, asked(form, act));
  if (!next || !builder.isConnected) return;
  const typed = act.startsWith("drop-") ? [] : [...sent].filter(([control, value]) => control.value !== value);
  for (const [{ name, value }] of typed) {
    const [control, more] = next.querySelectorAll(`[name="${CSS.escape(name)}"]`);
    if (control && !more) control.value = value;
  }
  const { name, value } = document.activeElement ?? {};
  const open = Boolean(builder.querySelector("details[open]"));
  builder.replaceWith(next);
  if (builder === form) successors.set(form, next);
  const details = next.querySelector("details");
  if (details && open) details.open = true;
  const same = [...next.querySelectorAll(`[name="${CSS.escape(name ?? "")}"]`)];
  (same.find((control) => control.value === value) ?? same[0] ?? next.querySelector("select"))?.focus();
  if (typed.length) recount(next);
}

const named = (builder) => builder.querySelectorAll("input[name]:not([type=checkbox], [type=radio]), textarea[name], select[name]:not([multiple])");

on("change", "[data-builder] select[data-again]", (_event, select) => replaceBuilder(select.closest("[data-builder]"), ""));
on("click", "[data-builder] button[data-again]", (event, button) => {
  event.preventDefault();
  replaceBuilder(button.closest("[data-builder]"), button.value);
});
const recount = debounce(async (builder) => {
  const form = builder.closest("form");
  if (!form) return; // it was replaced meanwhile
  const query = asked(form);
  const next = await rebuilt(form, query);
  if (!next || !builder.isConnected || query !== asked(form)) return; // an answer to what stands there no more
  const said = next.querySelectorAll("[data-finds]");
  builder.querySelectorAll("[data-finds]").forEach((place, number) => {
    if (said[number]) place.textContent = said[number].textContent;
  });
}, WAIT);
on("input", "[data-builder] [data-recount]", (_event, control) => recount(control.closest("[data-builder]")));
on("change", "[data-builder] kartu-picker [data-recount]", (_event, control) => recount(control.closest("[data-builder]")));

/* What pasted cells would change is shown before it is done. */
export function showPaste(html) {
  const box = make("dialog", { class: "pop paste-box", "aria-label": say("paste_preview") });
  box.append(fragment(html));
  document.body.append(box);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", ({ target }) => target.closest("[data-close-dialog]") && box.close());
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const response = await send(form.action, { data: new FormData(form), source: document.querySelector("[data-list]") });
    if (response.status !== 422) return box.close();
    release(form);
    const why = make("div", { class: "grow" }, await response.text());
    form.querySelector(".note")?.remove();
    form.querySelector(".dh").after(make("div", { class: "note bad", role: "alert" }, glyph("alert-triangle"), why));
  });
  box.showModal();
}

/* A download leaves the page as it is: its form may be sent again. */
on("submit", "form[data-download]", (_event, form) => setTimeout(() => {
  delete form.dataset.sending;
  form.querySelector(".is-busy")?.classList.remove("is-busy");
  form.closest("details")?.removeAttribute("open");
}, 1000));
