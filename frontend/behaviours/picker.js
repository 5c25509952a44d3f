/* <kartu-picker> around a <select>: choose a record by typing a part of it, or make a new one in a drawer.
   The select stays the form's field and holds the chosen; without this script it shows them. */
import { debounce, dispatch, glyph, make, say, uniqueId } from "../lib/dom.js";
import { get } from "../lib/http.js";
import { openDrawer } from "./drawers.js";

const WAIT = 150;

class Picker extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.select = this.querySelector("select");
    this.isMany = "many" in this.dataset;
    this.build();
    this.later = debounce(() => this.look(), WAIT);
    this.show();
  }

  disconnectedCallback() {
    this.later?.cancel();
    this.asking?.abort();
  }

  build() {
    const { id } = this.select;
    this.select.id = `${id}-value`;
    this.select.hidden = true;
    const listId = `${id}-list`;
    const described = this.select.getAttribute("aria-describedby");
    this.input = make("input", {
      id, type: "text", class: this.select.className.replace("form-select", "form-control"), role: "combobox",
      autocomplete: "off", spellcheck: "false", "aria-expanded": "false", "aria-controls": listId,
      "aria-autocomplete": "list", "aria-label": this.select.getAttribute("aria-label"), "aria-describedby": described, "aria-invalid": this.select.getAttribute("aria-invalid"),
    });
    this.list = make("div", { id: listId, role: "listbox", class: "pop pick-l", hidden: true });
    this.none = make("div", { class: "pop pick-l", role: "status", hidden: true }, make("div", { class: "g" }, say("pick_none")));
    this.chips = make("span", { class: "pick-c" });
    this.hint = make("div", { class: "hint acc", hidden: true }, glyph("plus"), say("creating"));
    this.box = make("div", { class: "pick" }, this.chips, this.input, this.list, this.none);
    this.append(this.box, this.hint);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.look());
    this.input.addEventListener("keydown", (event) => this.steer(event));
    this.addEventListener("focusout", ({ relatedTarget }) => this.contains(relatedTarget) || this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
  }

  get chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value);
  }

  show() {
    if (!this.isMany) return (this.input.value = this.chosen[0]?.label ?? "");
    this.input.value = "";
    this.chips.replaceChildren(...this.chosen.map((option) => this.chip(option)));
  }

  chip(option) {
    const label = say("pick_remove", { label: option.label });
    const out = make("button", { type: "button", class: "link", "aria-label": label }, glyph("x"));
    out.addEventListener("click", () => {
      option.remove();
      this.changed();
      this.input.focus();
    });
    return make("span", { class: "chip" }, option.label, out);
  }

  async look() {
    this.asking?.abort();
    this.asking = new AbortController();
    const query = this.input.value === this.chosen[0]?.label && !this.isMany ? "" : this.input.value.trim();
    try {
      const url = new URL(this.dataset.url, location);
      url.searchParams.set("q", query);
      const response = await get(url, { signal: this.asking.signal, headers: { Accept: "application/json" } });
      if (response.ok) this.offer((await response.json()).items, query);
    } catch (error) {
      if (error.name !== "AbortError") this.offer([], query);
    }
  }

  offer(items, query) {
    const taken = new Set(this.chosen.map((option) => option.value));
    const free = this.isMany ? items.filter((item) => !taken.has(String(item.id))) : items;
    const lines = free.map((item) => this.line(item));
    if (this.dataset.new) lines.push(this.newLine(query));
    this.list.replaceChildren(...lines);
    this.list.hidden = !lines.length; // a listbox without options is none
    this.none.hidden = lines.length > 0;
    this.input.setAttribute("aria-expanded", String(lines.length > 0));
    this.mark(this.options[0]);
  }

  line(item) {
    const hint = item.hint ? make("span", { class: "end xs" }, item.hint) : null;
    const line = make("div", { class: "o", role: "option", id: uniqueId("pick") }, make("span", { class: "cut" }, item.label), hint);
    line.addEventListener("click", () => this.take(item));
    return line;
  }

  newLine(text) {
    const words = text ? say("pick_new", { text }) : say("pick_new_empty");
    const line = make("div", { class: "o acc", role: "option", id: uniqueId("pick") }, glyph("plus"), make("span", { class: "cut" }, words));
    line.addEventListener("click", () => this.create(text));
    return line;
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  mark(option) {
    for (const each of this.options) {
      each.classList.toggle("on", each === option);
      each.setAttribute("aria-selected", String(each === option));
    }
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  steer(event) {
    const { options } = this;
    const at = options.findIndex((option) => option.classList.contains("on"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.look();
      else this.mark(options[(at + step + options.length) % options.length]);
    } else if (event.key === "Enter" && !this.list.hidden && !event.ctrlKey) {
      event.preventDefault();
      options[at]?.click();
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.fold();
      this.show();
    } else if (event.key === "Backspace" && this.isMany && !this.input.value) {
      this.chosen.at(-1)?.remove();
      this.changed();
    }
  }

  /** Choose `item` ({id, label}), which need not be among the select's options yet. */
  take(item) {
    if (!this.isMany) for (const option of this.chosen) option.remove();
    this.select.append(new Option(item.label, item.id, true, true));
    this.changed();
    this.fold();
    this.input.focus();
  }

  create(text) {
    const url = new URL(this.dataset.new, location);
    if (text) url.searchParams.set("name", text);
    this.fold();
    this.hint.hidden = false;
    const done = () => (this.hint.hidden = true);
    const opened = { opener: this.input, forWhat: this.dataset.newFor, take: (record) => this.take(record), done };
    openDrawer(url.href, opened);
  }

  changed() {
    this.show();
    dispatch(this.select, "input");
    dispatch(this.select, "change");
  }

  fold() {
    this.later.cancel();
    this.asking?.abort();
    this.list.hidden = true;
    this.none.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** An emptied box empties the choice; half a word chooses nothing. */
  leave() {
    this.fold();
    if (!this.isMany && !this.input.value.trim() && this.chosen.length) {
      for (const option of this.chosen) option.remove();
      this.select.value = "";
      dispatch(this.select, "change");
    }
    this.show();
  }
}

customElements.define("kartu-picker", Picker);
