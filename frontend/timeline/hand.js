/* What is in the hand: items carried, widened or made, by mouse, finger or keys alike, until they are dropped or let go.
   Whoever inherits draws it. */
import { DAY, HOUR, roundTo } from "./clock.js";

export class Hand {
  #typed = "";

  /** `mode`: move, start, end or new; `held` is the item under the hand, `items` all that go with it. */
  constructor(timeline, mode, held, items = [held]) {
    this.timeline = timeline;
    this.mode = mode;
    this.held = held;
    this.items = items;
    this.start = held.start;
    this.end = held.end;
    const rows = timeline.store.rows;
    this.home = Math.max(0, rows.findIndex((row) => row.id === held.row));
    this.index = this.home;
  }

  show() {}
  letGo() {}

  get isMoved() {
    return this.mode === "new" || this.start !== this.held.start || this.end !== this.held.end || this.index !== this.home || !this.held.row;
  }

  /** The minute at which what is dragged would begin (or end), caught by the grid unless `isExact`. */
  to(local, isExact = false) {
    const step = isExact ? 1 : this.timeline.snap;
    const at = roundTo(Math.round(local), step);
    if (this.mode === "start") this.start = Math.min(at, this.end - 1);
    else if (this.mode === "end") this.end = Math.max(at, this.start + 1);
    else this.#moveTo(at);
    this.#typed = "";
    this.show();
  }

  /** From one minute to another, for what is being made. */
  span(one, other) {
    const step = this.timeline.snap;
    this.start = Math.floor(Math.min(one, other) / step) * step;
    this.end = Math.max(this.start + Math.max(step, 5), Math.ceil(Math.max(one, other) / step) * step);
    this.show();
  }

  #moveTo(at) {
    this.end += at - this.start;
    this.start = at;
  }

  by(minutes) {
    const at = (this.mode === "end" ? this.end : this.start) + minutes;
    this.to(at, true);
  }

  /** Whether it may stand in this row: what a person has to do may also get a room, and a booking no person. */
  fits(index) {
    const { rows } = this.timeline.store;
    if (!rows[index]) return false;
    return !this.held.row || rows[index].kind === rows[this.home].kind || rows[index].kind === "resource";
  }

  toRow(index) {
    if (this.mode !== "move" || !this.fits(index)) return;
    this.index = index;
    this.show();
  }

  rowBy(step) {
    this.toRow(this.index + step);
  }

  /** Digits typed while it is held are a time of that day: 1 4 2 3 is 14:23. */
  type(digit) {
    this.#typed = (this.#typed + digit).slice(-4);
    const padded = this.#typed.padEnd(4, "0");
    const minutes = Number(padded.slice(0, 2)) * HOUR + Number(padded.slice(2));
    if (this.#typed.length < 4 || Number(padded.slice(0, 2)) > 23 || Number(padded.slice(2)) > 59) return this.show();
    const day = Math.floor((this.mode === "end" ? this.end : this.start) / DAY) * DAY;
    this.to(day + minutes, true);
  }

  /** In whose row; nothing where there is but one, whose everything is. */
  get #where() {
    const { rows } = this.timeline.store;
    return rows.length > 1 ? `, ${rows[this.index]?.name ?? ""}` : "";
  }

  get text() {
    const { clock } = this.timeline;
    const typing = this.#typed ? ` ${this.#typed.padEnd(4, "_").replace(/(..)(..)/, "$1:$2")}` : "";
    return `${clock.date(this.start)} ${clock.time(this.start)}–${clock.time(this.end)}${this.#where}${typing}`;
  }

  /** What is said aloud: where it is now. */
  get spoken() {
    const { clock } = this.timeline;
    const at = this.mode === "end" ? this.end : this.start;
    return `${clock.date(at, "day")} ${clock.time(at)}${this.#where}`;
  }

  /** Where everything would stand: [{item, row, start, end}]. */
  places() {
    const { rows } = this.timeline.store;
    return this.items.map((item) => {
      const from = rows.findIndex((row) => row.id === item.row);
      const to = rows[Math.max(0, Math.min(rows.length - 1, from + this.index - this.home))];
      const row = item === this.held ? rows[this.index] : to && to.kind === rows[from]?.kind ? to : rows[from];
      const start = item.start + this.start - this.held.start;
      return { item, row: row.id, start, end: item.end + this.end - this.held.end };
    });
  }
}
