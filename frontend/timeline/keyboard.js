/* The keyboard alone: arrows go from item to item, M carries, E widens, T types the time, N makes one, Enter opens. */
import { make } from "../lib/dom.js";
import { DAY, HOUR } from "./clock.js";
import { showKeys } from "./help.js";
import { ARROWS, steer } from "./steer.js";

export function startKeyboard(timeline) {
  timeline.keyboard = new Keyboard(timeline);
  return timeline.keyboard.stop;
}

class Keyboard {
  constructor(timeline) {
    this.timeline = timeline;
    this.slot = make("div", { class: "tl-slot", role: "button", tabindex: "0", "aria-label": timeline.words.empty.replace("%(where)s", "…") });
    timeline.plane.field.append(this.slot);
    const own = new AbortController();
    const options = { signal: own.signal };
    timeline.addEventListener("keydown", (event) => this.press(event), options);
    timeline.addEventListener("focusout", (event) => this.left(event), options);
    timeline.addEventListener("kartu:timeline", () => this.first(), { ...options, once: true });
    this.stop = () => own.abort();
  }

  /** Where the keyboard stands before anything was pressed: now, or the beginning. */
  first() {
    const { clock, day, days, store } = this.timeline;
    const now = clock.now();
    const isNow = now >= day && now < day + days * DAY;
    if (store.rows.length) this.#put(isNow ? Math.floor(now / HOUR) * HOUR : day + this.timeline.axis.from + HOUR, 0);
  }

  /** Stand on an empty place. */
  stand({ local, index }) {
    const step = this.timeline.snap;
    this.#put(Math.floor(local / step) * step, index);
    this.slot.focus({ preventScroll: true });
  }

  #put(local, index) {
    const { axis, clock, plane, store, words } = this.timeline;
    const row = store.rows[index];
    if (!row) return;
    this.here = { local, index };
    const x = axis.x(local);
    this.slot.style.setProperty("transform", `translate(${x}px, ${plane.topOf(index) + 4}px)`);
    this.slot.style.setProperty("width", `${Math.max(6, axis.x(local + 30) - x)}px`);
    this.slot.style.setProperty("height", `${plane.itemHeight}px`);
    const where = `${clock.date(local, "day")} ${clock.time(local)}, ${row.name}`;
    this.slot.setAttribute("aria-label", words.empty.replace("%(where)s", where));
  }

  left(event) {
    const { carry } = this.timeline;
    if (carry && this.isCarrying && !this.timeline.contains(event.relatedTarget)) this.#putDown(false);
  }

  press(event) {
    const { timeline } = this;
    if (event.defaultPrevented || event.isComposing || event.target.closest("input, select, textarea, dialog")) return;
    if (event.key === "?") return this.#done(event, () => showKeys(timeline));
    if (timeline.carry) return this.#carrying(event);
    const undated = event.target.closest("[data-undated]");
    if (undated) return this.#inTray(event, timeline.tray.itemOf(undated.dataset.undated));
    const node = event.target.closest(".tl-it");
    const item = node && timeline.store.items.get(node.dataset.item);
    if (item || event.target === this.slot) this.#standing(event, item);
  }

  #done(event, work) {
    event.preventDefault();
    event.stopPropagation();
    work();
  }

  #standing(event, item) {
    const { timeline } = this;
    if (event.code in ARROWS && !event.ctrlKey && !event.metaKey) return this.#done(event, () => this.#go(...ARROWS[event.code], item, event.shiftKey));
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const mayMove = item?.can_move;
    const acts = {
      Enter: () => (item ? timeline.open(item) : this.#new(item)),
      KeyM: mayMove && (() => this.#take("move", item)),
      KeyE: mayMove && (() => this.#take("end", item)),
      KeyT: mayMove && (() => timeline.exact(item)),
      KeyN: () => this.#new(item),
      Space: item && (() => this.#mark(item)),
      PageUp: () => this.#turn(-1),
      PageDown: () => this.#turn(1),
      Home: () => timeline.goTo(Math.floor(timeline.clock.now() / DAY) * DAY),
    };
    if (acts[event.code]) this.#done(event, acts[event.code]);
  }

  #turn(by) {
    this.timeline.goTo(this.timeline.day + by * this.timeline.days * DAY);
    if (this.here) this.#put(this.here.local + by * this.timeline.days * DAY, this.here.index);
    this.slot.focus({ preventScroll: true });
  }

  #mark(item) {
    const { selection, plane } = this.timeline;
    if (selection.has(item.id)) selection.delete(item.id);
    else selection.add(item.id);
    plane.mark();
    this.timeline.say(this.timeline.words.selected.replace("%(count)s", selection.size));
  }

  #new(item) {
    const { store, snap } = this.timeline;
    const row = item ? item.row : store.rows[this.here?.index ?? 0]?.id;
    const start = item ? item.end : this.here.local;
    this.timeline.create(row, start, start + Math.max(30, snap));
  }

  /** To the next item that way; from an empty place by the grid. With Shift always by the grid. */
  #go(dx, dy, item, isByGrid) {
    const { store, axis } = this.timeline;
    const index = item ? store.rows.findIndex((row) => row.id === item.row) : this.here.index;
    const local = item ? item.start : this.here.local;
    if (dy) return this.#toRow(index + dy, local);
    const inRow = store.byRow.get(store.rows[index].id).items;
    if (!isByGrid) {
      const next = item ? inRow[inRow.indexOf(item) + dx] : dx > 0 ? inRow.find((each) => each.start > local) : inRow.findLast((each) => each.start < local);
      if (next) return this.timeline.focusItem(next.id);
      if (item) return;
    }
    const step = axis.scale > 1 ? this.timeline.snap : HOUR;
    this.#stand(Math.round(local / step) * step + dx * step, index);
  }

  #toRow(index, local) {
    const { store } = this.timeline;
    if (!store.rows[index]) return;
    const [from, until] = this.timeline.plane.span;
    const inSight = store.byRow.get(store.rows[index].id).items.filter((item) => item.end > from && item.start < until);
    if (!inSight.length) return this.#stand(local, index);
    const nearest = inSight.reduce((best, item) => (Math.abs(item.start - local) < Math.abs(best.start - local) ? item : best));
    this.timeline.focusItem(nearest.id);
  }

  #stand(local, index) {
    const { axis, plane } = this.timeline;
    this.#put(local, index);
    plane.show(axis.x(local), axis.x(local + 30), plane.topOf(index), plane.topOf(index + 1));
    this.slot.focus({ preventScroll: true });
  }

  #take(mode, item) {
    const { timeline } = this;
    this.isCarrying = true;
    timeline.take(mode, item);
    timeline.say(`${timeline.words[mode === "move" ? "moving" : "widening"]} ${timeline.carry.spoken}`);
    timeline.plane.nodeOf(item.id)?.focus({ preventScroll: true });
  }

  #inTray(event, item) {
    const { timeline } = this;
    if (event.code === "Enter") return this.#done(event, () => timeline.open(item));
    if (event.code !== "KeyM" || !item.can_move) return;
    this.#done(event, () => {
      this.isCarrying = true;
      timeline.take("move", item);
      timeline.carry.toRow(this.here?.index ?? 0);
      timeline.carry.to(this.here?.local ?? item.start);
      this.#tell();
    });
  }

  #carrying(event) {
    const { carry, snap } = this.timeline;
    steer(event, carry, {
      isCarrying: this.isCarrying,
      shift: (arrow) => this.#shift(carry, arrow, event, snap),
      tell: () => this.#tell(),
      putDown: (isKept, isAsked) => this.#putDown(isKept, isAsked),
    });
  }

  #shift(carry, [dx, dy], event, snap) {
    if (dy) return carry.rowBy(dy);
    const step = event.ctrlKey || event.metaKey ? DAY : event.shiftKey ? HOUR : event.altKey ? 1 : this.isCarrying ? snap : 1;
    carry.by(dx * step);
  }

  #tell() {
    const { carry, axis, plane } = this.timeline;
    if (!carry) return;
    this.timeline.say(carry.spoken);
    const at = carry.mode === "end" ? carry.end : carry.start;
    if (this.isCarrying) plane.show(axis.x(at), axis.x(carry.end), plane.topOf(carry.index), plane.topOf(carry.index + 1));
  }

  #putDown(isKept, isAsked = false) {
    const { carry } = this.timeline;
    this.isCarrying = false;
    if (isKept) return this.timeline.drop({ isAsked });
    this.timeline.letGo();
    this.timeline.say(this.timeline.words.let_go);
    this.timeline.focusItem(carry.held.id);
  }
}
