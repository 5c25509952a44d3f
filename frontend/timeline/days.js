/* The hours and months of one person, in which what stands is taken in the hand as in the team's timeline: pulled to
   another hour or day, widened at its end, put above the hours, where it has the whole day. */
import { openDrawer } from "../behaviours/drawers.js";
import { toast } from "../behaviours/toasts.js";
import { dispatch, make } from "../lib/dom.js";
import { Clock, DAY, HOUR } from "./clock.js";
import { askExact } from "./exact.js";
import { Grip } from "./grip.js";
import { Hand } from "./hand.js";
import { saidBy, sendMoves } from "./placing.js";
import { steer } from "./steer.js";

const EDGE = 7; // px at the ends of what stands in the hours, which widen it
const ROW = "p";
const USUAL = 30; // minutes, of what had the whole day and comes to an hour
const MORNING = 9 * HOUR;

export class Days {
  hand = null;

  /** `body`: what holds the days, which are filled anew whenever something has changed. */
  constructor(body) {
    const { words, offsets, snap } = JSON.parse(document.getElementById(body.dataset.hand).textContent);
    Object.assign(this, { body, words, snap });
    this.clock = new Clock(offsets, document.documentElement.lang);
    this.store = { rows: [{ id: ROW, kind: "person" }] };
    this.live = make("div", { class: "visually-hidden", "aria-live": "polite", "data-said": true });
    body.after(this.live);
    this.grip = new DaysGrip(this);
    this.grip.listen(body, "keydown", (event) => this.key(event));
    this.grip.listen(body, "focusout", (event) => this.left(event));
    this.stop = () => (this.grip.stop(), this.live.remove());
  }

  /** What is seen: hours below a line of whole days, or the cells of a month. */
  get hours() {
    return this.body.querySelector(".cal-hours");
  }

  itemOf(node) {
    const { task, version, start, end, due } = node.dataset;
    const { clock } = this;
    const day = clock.fromIso(this.dayOf(node));
    const from = start === undefined ? day : clock.toLocal(Number(start));
    const until = start === undefined ? day + DAY : Math.max(from + 1, clock.toLocal(Number(end)));
    const title = (node.querySelector("b") ?? node).textContent;
    return { id: task, task: Number(task), version: Number(version), row: ROW, start: from, end: until, title, url: node.dataset.move, isWhole: start === undefined, isDue: due !== undefined };
  }

  dayOf(node) {
    return (node.closest("[data-day]") ?? this.body.querySelector(".cal-d.chosen")).dataset.day;
  }

  /** Where the point is: the minute of that place, whether it is the whole day, and the place itself. */
  at(x, y) {
    const { hours } = this;
    const head = this.body.querySelector(".cal-h");
    const isWhole = Boolean(hours) && y < head.getBoundingClientRect().bottom;
    const places = [...this.body.querySelectorAll(!hours ? ".cal-d" : isWhole ? ".cal-hd" : ".cal-c")];
    const place = nearest(places, x, hours ? null : y);
    const day = this.clock.fromIso(place.dataset.day);
    if (!hours || isWhole) return { day, local: day, isWhole, place };
    const { top, height } = place.getBoundingClientRect();
    return { day, local: day + Math.max(0, Math.min(DAY, ((y - top) / height) * DAY)), isWhole, place };
  }

  placeOf(day, isWhole) {
    const sort = !this.hours ? ".cal-d" : isWhole ? ".cal-hd" : ".cal-c";
    return this.body.querySelector(`${sort}[data-day="${this.clock.iso(day)}"]`);
  }

  say(text) {
    this.live.textContent = text;
  }

  // --- what is in the hand

  take(mode, item) {
    this.hand = new DayHand(this, mode, item);
    return this.hand;
  }

  letGo() {
    this.hand?.letGo();
    this.hand = null;
  }

  /** Put down what is in the hand. `isAsked`: first say at what minute, as a finger cannot. */
  async drop({ isAsked = false } = {}) {
    const { hand } = this;
    if (!hand) return;
    if (isAsked && this.hours && !hand.isWhole && !(await askExact(this, hand))) return this.letGo();
    if (!hand.isMoved) return this.letGo();
    this.toFocus = this.isCarrying ? hand.held.id : null;
    this.hand = null;
    this.isCarrying = false;
    hand.saved();
    const answer = await sendMoves(this.body.dataset.place, [this.moveOf(hand)]).catch(() => null);
    const said = await saidBy(answer);
    if (answer?.ok) toast(said.text, said.undo);
    else {
      hand.letGo();
      this.#trouble(said.text ?? "");
    }
    this.say(said.text ?? "");
    dispatch(document.body, "kartu:changed", { kind: "planner.task" }); // as it stands now, also where somebody was faster
  }

  /** Tell it now, and once more when the days are there again: what is answered well takes away what stands there. */
  #trouble(text) {
    const tell = () => dispatch(document.body, "kartu:trouble", { text });
    const again = ({ detail: { ctx } }) => {
      if (ctx.sourceElement !== this.body) return;
      document.removeEventListener("htmx:after:request", again);
      tell();
    };
    document.addEventListener("htmx:after:request", again);
    tell();
  }

  moveOf({ held, start, end, isWhole }) {
    const { clock } = this;
    const move = { task: held.task, version: held.version };
    if (isWhole) return { ...move, day: clock.iso(start) };
    if (held.isDue && !this.hours) return { ...move, due: clock.toUtc(start) };
    // How long it takes what had the whole day, the server knows.
    return { ...move, start: clock.toUtc(start), end: held.isWhole ? null : clock.toUtc(end) };
  }

  /** The days have been filled anew, perhaps while something is in the hand. */
  filled(node) {
    const carried = this.isCarrying ? this.hand?.held.id : null;
    if (![this.toFocus, carried].includes(node.dataset.task)) return;
    this.toFocus = null;
    node.focus({ preventScroll: true });
    this.hand?.show();
  }

  // --- the keyboard alone

  key(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if (this.hand) return this.#carry(event);
    const node = event.target.closest("[data-move]");
    if (!node || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys !== "on") return;
    const item = this.itemOf(node);
    const mode = { KeyM: "move", KeyE: this.hours && !item.isWhole && !item.isDue && "end" }[event.code];
    if (!mode && event.code !== "KeyT") return;
    event.preventDefault();
    event.stopPropagation();
    if (!mode) return openDrawer(item.url, { opener: node });
    this.isCarrying = true;
    this.take(mode, item);
    this.say(`${this.words[mode === "move" ? "moving_days" : "widening"]} ${this.hand.spoken}`);
  }

  #carry(event) {
    const { hand } = this;
    const tell = () => (this.say(hand.spoken), hand.reveal());
    if (event.code === "KeyA" && hand.mode === "move" && this.hours && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      hand.whole(!hand.isWhole, dayOf(hand.start) + (hand.isWhole ? MORNING : 0));
      return tell();
    }
    if (event.code === "KeyM" && this.isCarrying) {
      event.preventDefault();
      event.stopPropagation();
      return this.#putDown(true, true);
    }
    steer(event, hand, {
      isCarrying: this.isCarrying,
      shift: ([dx, dy]) => this.#shift(dx, dy, event),
      tell,
      putDown: (isKept, isExact) => this.#putDown(isKept, isExact),
    });
  }

  #shift(dx, dy, event) {
    const { hand, snap } = this;
    const step = event.shiftKey ? HOUR : event.altKey ? 1 : snap;
    if (dx) return hand.by(dx * DAY);
    if (!this.hours) return hand.by(dy * 7 * DAY);
    if (!hand.isWhole) hand.by(dy * step);
  }

  #putDown(isKept, isExact) {
    const { hand } = this;
    if (isKept && isExact) {
      this.letGo();
      this.isCarrying = false;
      return openDrawer(hand.held.url, { opener: document.activeElement });
    }
    if (isKept) return this.drop();
    this.letGo();
    this.isCarrying = false;
    this.say(this.words.let_go);
  }

  /** With the focus what the keys carry is let go of. */
  left(event) {
    if (this.hand && this.isCarrying && event.relatedTarget && !this.body.contains(event.relatedTarget)) this.#putDown(false);
  }
}

/** What is in the hand, drawn where it would stand. */
class DayHand extends Hand {
  constructor(days, mode, held) {
    super(days, mode, held);
    this.isWhole = held.isWhole;
    this.title = make("b", {}, held.title);
    this.clock = make("span", { class: "cal-tm" });
    this.ghost = make("div", { class: "cal-it cal-ghost", "aria-hidden": "true" }, this.clock, this.title);
    this.bubble = make("div", { class: "tl-bubble pop cal-bubble", "aria-hidden": "true" });
    document.body.append(this.bubble);
    this.show();
  }

  get isMoved() {
    return super.isMoved || this.isWhole !== this.held.isWhole;
  }

  /** Above the hours of the day of `local`, or at that minute. */
  whole(isWhole, local) {
    this.isWhole = isWhole;
    this.start = local;
    const length = this.held.isWhole ? USUAL : this.held.end - this.held.start;
    this.end = local + (isWhole ? DAY : length);
    this.show();
  }

  get text() {
    return this.isWhole ? `${this.timeline.clock.date(this.start)}, ${this.timeline.words.all_day}` : super.text;
  }

  get spoken() {
    return this.isWhole ? `${this.timeline.clock.date(this.start, "long")}, ${this.timeline.words.all_day}` : super.spoken;
  }

  show() {
    if (!this.ghost) return;
    const { clock } = this.timeline;
    this.bubble.textContent = this.text;
    this.mark(true);
    const day = dayOf(this.start);
    const place = this.timeline.placeOf(day, this.isWhole);
    this.place?.classList.remove("aimed");
    this.place = place;
    if (!place) return this.ghost.remove();
    place.classList.add("aimed");
    this.clock.textContent = this.isWhole ? "" : `${clock.time(this.start)}–${clock.time(this.end)}`;
    this.ghost.style.setProperty("--at", String(this.start - day));
    this.ghost.style.setProperty("--for", String(Math.min(this.end, day + DAY) - this.start));
    (place.querySelector(".cal-its") ?? place).append(this.ghost);
  }

  /** That what stands there has been taken up. */
  mark(isCarried) {
    for (const node of this.timeline.body.querySelectorAll(`[data-task="${this.held.id}"]`)) node.classList.toggle("carried", isCarried);
  }

  reveal() {
    this.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** It stays where it was put until the days are filled anew. */
  saved() {
    this.bubble.remove();
    this.place?.classList.remove("aimed");
  }

  letGo() {
    this.saved();
    this.mark(false);
    this.ghost.remove();
  }
}

class DaysGrip extends Grip {
  constructor(days) {
    super(days.body, days.body);
    this.days = days;
    this.listen(days.body, "pointerdown", (event) => this.down(event));
    this.listen(days.body, "dragstart", (event) => event.target.closest("[data-move]") && event.preventDefault());
    this.listen(days.body, "contextmenu", (event) => this.press && event.preventDefault());
    this.listen(days.body, "click", (event) => this.click(event), { capture: true });
  }

  down(event) {
    const node = event.target.closest("[data-move]");
    if (event.button !== 0 || !node || this.days.hand || node.closest(".cal-a")) return;
    const item = this.days.itemOf(node);
    this.begin(event, { item, mode: this.edge(event, node, item), node });
  }

  edge(event, node, item) {
    const box = node.getBoundingClientRect();
    if (item.isWhole || item.isDue || !node.closest(".cal-c") || event.pointerType !== "mouse" || box.height < 2 * EDGE) return "move";
    const { clock } = this.days;
    const day = this.days.dayOf(node);
    if (box.bottom - event.clientY < EDGE && clock.iso(item.end - 1) === day) return "end";
    return box.height > 3 * EDGE && event.clientY - box.top < EDGE && clock.iso(item.start) === day ? "start" : "move";
  }

  lift() {
    const { press, days } = this;
    const at = days.at(press.x, press.y);
    press.grip = at.isWhole ? 0 : at.local - (press.mode === "end" ? press.item.end : press.item.start);
    if (press.item.isWhole && days.hours) press.grip = 0;
    days.take(press.mode, press.item);
  }

  follow() {
    const { press, days } = this;
    const { hand, hours } = days;
    if (!hand || !press?.last) return;
    const at = days.at(press.last.x, press.last.y);
    if (!hours) return hand.to(at.day + (hand.isWhole ? 0 : press.item.start - dayOf(press.item.start)), true);
    if (press.mode !== "move") return hand.to(at.local - press.grip, press.last.isExact);
    if (at.isWhole) return hand.whole(true, at.day);
    if (hand.isWhole) hand.whole(false, at.day + MORNING);
    hand.to(at.local - press.grip, press.last.isExact);
  }

  dropped(event, press) {
    this.isJustDropped = true;
    setTimeout(() => (this.isJustDropped = false)); // the click that follows is none
    if (!press.isTurned) this.letGo();
    else this.days.drop({ isAsked: press.isTouch });
  }

  letGo() {
    this.days.letGo();
  }

  click(event) {
    if (!this.isJustDropped) return;
    event.preventDefault();
    event.stopPropagation();
  }
}

const dayOf = (local) => Math.floor(local / DAY) * DAY;

/** The one of `places` under the point, or nearest to it; `y` null: whatever its height. */
function nearest(places, x, y) {
  const away = (place) => {
    const { left, right, top, bottom } = place.getBoundingClientRect();
    return Math.max(left - x, 0, x - right) + (y === null ? 0 : Math.max(top - y, 0, y - bottom));
  };
  return places.reduce((best, place) => (away(place) < away(best) ? place : best));
}
