/* Ctrl K: one box that finds records, goes to places and does what the page at hand offers. */
import { debounce, fragment, glyph, make, on, say, uniqueId } from "../lib/dom.js";
import { get } from "../lib/http.js";

const WAIT = 120;
let open = null;

export function openPalette() {
  if (open || !document.body.dataset.find) return;
  const listId = uniqueId("found");
  const input = make("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": listId, "aria-label": say("find"),
    "aria-autocomplete": "list", placeholder: say("find_hint"), autocomplete: "off", spellcheck: "false", maxlength: "200",
  });
  const list = make("div", { id: listId, role: "listbox", "aria-label": say("find"), class: "pal-l" });
  const status = make("div", { class: "pal-s", role: "status" });
  const away = make("button", { type: "button", class: "btn btn-ghost btn-ic only-m", "aria-label": say("close") }, glyph("x"));
  const head = make("div", { class: "pal-h" }, input, away);
  const box = make("dialog", { class: "pal pop pal-k", "aria-label": say("find") }, head, list, status);
  document.body.append(box);
  open = { box, input, list, status, asking: null, offers: pageOffers() };
  box.showModal();
  input.addEventListener("input", later);
  input.addEventListener("keydown", steer);
  box.addEventListener("close", () => {
    later.cancel();
    open.asking?.abort();
    box.remove();
    open = null;
  });
  box.addEventListener("click", (event) => event.target === box && box.close());
  away.addEventListener("click", () => box.close());
  look();
}

const later = debounce(() => look(), WAIT);

async function look() {
  if (!open) return;
  open.asking?.abort();
  const asking = (open.asking = new AbortController());
  const query = open.input.value.trim();
  let found = document.createDocumentFragment();
  let trouble = null;
  try {
    const url = `${document.body.dataset.find}?q=${encodeURIComponent(query)}`;
    const response = await get(url, { signal: asking.signal });
    found = fragment(await response.text());
    if (!response.ok) found = document.createDocumentFragment();
  } catch (error) {
    if (error.name === "AbortError") return;
    trouble = say("offline");
  }
  if (open?.asking === asking) show(found, query, trouble);
}

function show(found, query, trouble) {
  const { list, status } = open;
  list.replaceChildren(found, ...offered(query));
  const options = optionsOf(list);
  for (const option of options) {
    option.id ||= uniqueId("option");
    option.setAttribute("role", "option");
    option.tabIndex = -1;
  }
  choose(options[0]);
  list.hidden = !options.length; // a listbox without options is none
  status.classList.toggle("visually-hidden", options.length > 0);
  const nothing = query ? say("found_nothing", { query }) : say("find_hint");
  status.textContent = options.length ? say("pick_found", { count: options.length }) : (trouble ?? nothing);
}

/** What stands on the page and can be done from here: buttons with data-command, of the top drawer first. */
function pageOffers() {
  const places = [document.querySelector("#k-drawers > .drawer:last-child"), document.getElementById("main")];
  return [...new Set(places.flatMap((place) => [...(place?.querySelectorAll("[data-command]") ?? [])]))];
}

function offered(query) {
  const wanted = query.toLowerCase();
  const fitting = open.offers.filter((button) => nameOf(button).toLowerCase().includes(wanted));
  if (!fitting.length) return [];
  const lines = fitting.slice(0, 5).map((button) => {
    const keys = button.dataset.key ? make("span", { class: "end" }, make("kbd", {}, button.dataset.key.toUpperCase())) : null;
    const line = make("a", { class: "o", href: "#" }, glyph("bolt"), make("span", { class: "cut" }, nameOf(button)), keys);
    line.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      open.box.close();
      button.click();
    });
    return line;
  });
  return [make("div", { class: "g", role: "presentation" }, say("do")), ...lines];
}

const nameOf = (button) => button.getAttribute("aria-label") ?? button.textContent.trim();
const optionsOf = (list) => [...list.querySelectorAll(".o")];

function choose(option) {
  for (const each of open.list.querySelectorAll(".o.on")) {
    each.classList.remove("on");
    each.removeAttribute("aria-selected");
  }
  if (!option) return open.input.removeAttribute("aria-activedescendant");
  option.classList.add("on");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  open.input.setAttribute("aria-activedescendant", option.id);
}

function steer(event) {
  const options = optionsOf(open.list);
  const at = options.findIndex((option) => option.classList.contains("on"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) {
    event.preventDefault();
    choose(options[(at + step + options.length) % options.length]);
  } else if (event.key === "Enter" && options[at]) {
    event.preventDefault();
    options[at].click();
  }
}

on("click", ".pal-k a.o", (event) => {
  if (!event.ctrlKey && !event.metaKey) open?.box.close();
});
on("mousemove", ".pal-k a.o", (_event, option) => choose(option));
