/* Tasks without a time, to be pulled onto a person. */
import { glyph, make } from "../lib/dom.js";
import { HOUR, roundTo } from "./clock.js";

const USUAL = 30; // minutes of what has no estimate

export function buildTray(timeline) {
  return new Tray(timeline);
}

class Tray {
  constructor(timeline) {
    this.timeline = timeline;
    const { words } = timeline;
    this.count = make("span", { class: "t3" });
    this.list = make("div", { class: "tl-tray-list" });
    const head = make("div", { class: "h b6" }, `${words.undated} `, this.count);
    this.node = make("aside", { class: "tray tl-tray", "aria-label": words.undated }, head, make("div", { class: "xs t2 pb-2" }, words.undated_hint), this.list);
  }

  get isOpen() {
    return this.timeline.config.tray !== false;
  }

  show() {
    const { tray } = this.timeline.store;
    this.count.textContent = tray.length;
    const focused = document.activeElement?.dataset?.undated;
    this.list.replaceChildren(...tray.map((task) => this.#card(task)));
    if (focused) this.list.querySelector(`[data-undated="${CSS.escape(focused)}"]`)?.focus();
    this.timeline.classList.toggle("has-tray", this.isOpen && tray.length > 0);
  }

  #card(task) {
    const colour = this.timeline.colourOf(task);
    const name = make("b", { class: "b5" }, glyph(this.timeline.iconOf(task)), " ", task.title);
    const second = [this.#length(task.minutes || USUAL), task.hint];
    const line = make("div", { class: "xs t2" }, second.filter(Boolean).join(" · "));
    return make("div", { class: `tk ${colour}`, role: "button", tabindex: "0", "data-undated": task.id }, name, line);
  }

  #length(minutes) {
    const { clock, words } = this.timeline;
    if (minutes < HOUR) return words.minutes.replace("%(count)s", minutes);
    return words.load.replace("%(hours)s", clock.hours(minutes));
  }

  /** As an item that has no row yet. */
  itemOf(id) {
    const task = this.timeline.store.tray.find((each) => String(each.id) === id);
    const start = roundTo(this.timeline.clock.now(), HOUR);
    return { ...task, row: null, start, end: start + (task.minutes || USUAL) };
  }
}
