/* The line above: back and forward, presets, nearer and farther, grid, colours. What the page puts into the element as
   `[data-more]` stands at its end. */
import { glyph, make } from "../lib/dom.js";
import { DAY } from "./clock.js";

const PRESETS = [1, 3, 7, 14, 21];
const NEARER = 1.5;

export function buildToolbar(timeline) {
  return new Toolbar(timeline);
}

class Toolbar {
  constructor(timeline) {
    this.timeline = timeline;
    const { words } = timeline;
    this.period = make("b", { class: "b5 tl-period tn" });
    this.presets = PRESETS.map((days) => this.#press(words[`days_${days}`], () => timeline.preset(days), { "data-days": days }));
    const nav = [
      this.#icon("chevron-left", words.back, () => this.#turn(-1)),
      make("button", { type: "button", class: "btn" }, words.today),
      this.#icon("chevron-right", words.forward, () => this.#turn(1)),
    ];
    nav[1].addEventListener("click", () => timeline.goTo(Math.floor(timeline.clock.now() / DAY) * DAY));
    const zoom = [
      this.#icon("zoom-out", words.farther, () => timeline.zoom(1 / NEARER)),
      this.#icon("zoom-in", words.nearer, () => timeline.zoom(NEARER)),
    ];
    const more = timeline.querySelector("[data-more]");
    this.node = make("div", { class: "views tl-bar", role: "toolbar", "aria-label": words.period });
    this.node.append(...nav, this.period, make("span", { class: "seg tl-seg" }, ...this.presets), ...zoom, this.#menu());
    this.node.append(make("span", { class: "grow" }), this.#legend(), ...(more ? [more] : []));
    more?.removeAttribute("hidden");
  }

  #turn(by) {
    const { timeline } = this;
    timeline.goTo(timeline.day + by * timeline.days * DAY);
  }

  #icon(name, label, work) {
    const button = make("button", { type: "button", class: "btn btn-ic", "aria-label": label, title: label }, glyph(name));
    button.addEventListener("click", work);
    return button;
  }

  #press(text, work, more = {}) {
    const button = make("button", { type: "button", "aria-pressed": "false", ...more }, text);
    button.addEventListener("click", work);
    return button;
  }

  /** How it is shown: grid, colours, all hours, the tray. */
  #menu() {
    const { timeline } = this;
    const { words } = timeline;
    const snap = this.#choice(words.snap, [[1, words.min_1], [5, words.min_5], [15, words.min_15]], timeline.snap, (value) => {
      timeline.snap = Number(value);
      timeline.keep({ snap: value });
    });
    const colours = [["kind", words.by_kind], ["state", words.by_state], ["client", words.by_client]];
    const colour = this.#choice(words.colours, colours, timeline.colours, (value) => {
      timeline.colours = value;
      timeline.plane.refresh();
      timeline.keep({ colours: value });
    });
    const whole = make("input", { type: "checkbox", class: "form-check-input" });
    whole.checked = timeline.axis.isWhole;
    whole.addEventListener("change", () => timeline.wholeDays(whole.checked));
    const hours = make("label", { class: "check" }, whole, make("span", {}, words.all_hours));
    const summary = make("summary", { class: "btn btn-ic", "aria-label": words.how, title: words.how }, glyph("adjustments-horizontal"));
    return make("details", { "data-menu": true, class: "menu-k" }, summary, make("div", { class: "pop tl-how" }, snap, colour, hours));
  }

  #choice(label, options, value, take) {
    const select = make("select", { class: "form-select" }, ...options.map(([key, text]) => make("option", { value: key }, text)));
    select.value = value;
    select.addEventListener("change", () => take(select.value));
    return make("label", { class: "fg" }, make("span", {}, label), select);
  }

  #legend() {
    const kinds = [...this.timeline.kinds.values()].filter((kind) => kind.legend !== false);
    return make("span", { class: "lgd" }, ...kinds.map((kind) => make("span", { class: kind.color }, glyph(kind.icon), kind.label)));
  }

  show() {
    const { timeline } = this;
    for (const button of this.presets) {
      const isOn = !timeline.isZoomed && Number(button.dataset.days) === timeline.days;
      button.classList.toggle("on", isOn);
      button.setAttribute("aria-pressed", String(isOn));
    }
    this.showPeriod();
  }

  showPeriod() {
    const { clock, shown } = this.timeline;
    const [day, until] = shown;
    const last = until - DAY;
    const text = last > day ? `${clock.date(day)} – ${clock.date(last)}` : clock.date(day, "long");
    if (this.period.textContent === text) return;
    this.period.textContent = text;
    const sheet = this.node.querySelector("[data-day-sheet]");
    if (sheet) sheet.search = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(sheet.search)), day: clock.iso(day) });
  }
}
