/* @ in a text names a colleague: [data-mentions] is asked with ?q= for those who may be named, as a picker asks. */
import { debounce, make, on, uniqueId } from "../lib/dom.js";
import { get } from "../lib/http.js";

const WAIT = 150;
const AFTER_AT = /(?:^|[\s(])@([\p{L}\p{N}.'-]{0,30}(?: [\p{L}\p{N}.'-]{0,30})?)$/u;
let open = null; // {field, list, from}

on("input", "[data-mentions] textarea, textarea[data-mentions]", (_event, field) => look(field));

const look = debounce(async (field) => {
  const before = field.value.slice(0, field.selectionStart);
  const match = AFTER_AT.exec(before);
  if (!match) return close();
  const url = new URL(field.closest("[data-mentions]").dataset.mentions, location);
  url.searchParams.set("q", match[1]);
  const response = await get(url, { headers: { Accept: "application/json" } });
  if (response.ok) offer(field, (await response.json()).items.slice(0, 6), before.length - match[1].length);
}, WAIT);

function offer(field, items, from) {
  close();
  if (!items.length) return;
  const list = make("div", { class: "pop mention-l", role: "listbox", id: uniqueId("mention") }, ...items.map(line));
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "true");
  list.style.top = `${field.offsetTop + field.offsetHeight + 6}px`; // by the CSSOM, which the content policy allows
  list.style.left = `${field.offsetLeft}px`;
  open = { field, list, from };
  mark(list.firstElementChild);
}

function line({ label, hint }) {
  const option = make("div", { class: "o", role: "option", id: uniqueId("mention") }, make("span", {}, label), make("span", { class: "t3 xs" }, hint));
  option.dataset.name = label;
  option.addEventListener("mousedown", (event) => (event.preventDefault(), take(label)));
  return option;
}

function mark(option) {
  for (const each of open.list.children) {
    each.classList.toggle("on", each === option);
    each.setAttribute("aria-selected", String(each === option));
  }
  open.field.setAttribute("aria-activedescendant", option.id);
}

function take(name) {
  const { field, from } = open;
  field.setRangeText(`${name} `, from, field.selectionStart, "end");
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function close() {
  open?.list.remove();
  for (const name of ["aria-controls", "aria-expanded", "aria-activedescendant"]) open?.field.removeAttribute(name);
  open = null;
}

on("keydown", "[data-mentions] textarea, textarea[data-mentions]", (event) => {
  if (!open) return;
  const lines = [...open.list.children];
  const at = lines.findIndex((each) => each.classList.contains("on"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(lines[(at + step + lines.length) % lines.length]);
  else if ((event.key === "Enter" && !event.ctrlKey) || event.key === "Tab") take(lines[at].dataset.name);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
on("focusout", "[data-mentions] textarea, textarea[data-mentions]", () => close());
