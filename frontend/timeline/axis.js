/* Where a minute stands. Days are equally wide; the hours in which nobody works are squeezed, unless all are asked for. */
import { DAY, dayOf, floorTo } from "./clock.js";

const SQUEEZE = 0.08;
const STEPS = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, DAY];
const LABEL = 58; // px between two times that are written
export const NARROWEST = 30; // px of a day
export const WIDEST = DAY * 10;

export class Axis {
  dayWidth = 200;
  isWhole = false;

  constructor(firstDay, days, from, to) {
    this.firstDay = firstDay;
    this.days = days;
    this.window = [from, to];
  }

  get from() {
    return this.isWhole ? 0 : this.window[0];
  }

  get to() {
    return this.isWhole ? DAY : this.window[1];
  }

  get width() {
    return this.days * this.dayWidth;
  }

  get start() {
    return this.firstDay * DAY;
  }

  /** Pixels of a minute of working time. */
  get scale() {
    return this.dayWidth / (this.to - this.from + (DAY - this.to + this.from) * SQUEEZE);
  }

  x(local) {
    const day = dayOf(local);
    const minute = local - day * DAY;
    const night = Math.min(minute, this.from) + Math.max(0, minute - this.to);
    const open = Math.max(0, Math.min(minute, this.to) - this.from);
    return (day - this.firstDay) * this.dayWidth + (open + night * SQUEEZE) * this.scale;
  }

  local(x) {
    const day = Math.floor(x / this.dayWidth);
    let rest = (x - day * this.dayWidth) / this.scale;
    const start = (day + this.firstDay) * DAY;
    const early = this.from * SQUEEZE;
    if (rest < early) return start + rest / SQUEEZE;
    rest -= early;
    if (rest <= this.to - this.from) return start + this.from + rest;
    return start + this.to + (rest - this.to + this.from) / SQUEEZE;
  }

  /** The days between, as minutes. */
  daysIn(from, until) {
    const found = [];
    for (let day = floorTo(from, DAY); day < until; day += DAY) found.push(day);
    return found;
  }

  /** The times between that have a line, without the midnights. */
  ticks(from, until) {
    const step = STEPS.find((each) => each * this.scale >= LABEL) ?? DAY;
    if (step === DAY) return [];
    const found = [];
    for (const day of this.daysIn(from, until)) {
      for (let minute = Math.max(step, floorTo(this.from + step - 1, step)); minute < this.to; minute += step) {
        const at = day + minute;
        if (at >= from && at <= until && (this.from === 0 || minute > this.from || this.scale > 0.6)) found.push(at);
      }
    }
    return found;
  }
}
