/* Draws what is in sight and a little more: nodes that scroll away are filled anew. Every place is set by the CSSOM. */
import { make } from "../lib/dom.js";
import { DAY, HOUR } from "./clock.js";
import { fillItem, fillName, markItem, newDay, newDayLine, newItem, newLine, newLoad, newName, newOff, newRowLine, newTick } from "./filling.js";
import { Nodes } from "./nodes.js";

const BESIDE = 0.25; // of what is in sight is drawn to each side
const STRIP = 24; // px: what comes into reach is drawn in strips, so that no frame has much to do
const STRIPS = 4; // at most as many in a frame, unless they are in sight
const TICKS = 22; // px from the top of the axis to its times
const BATCH = 120; // px of what is laid out together
const GAP = 4;
const LOW = 18; // px of an item where days are narrow
const HIGH = 36;
const LOADS_FROM = 90;
const ROOM_FOR_WORDS = 96; // px of a day that say "overloaded" in full
const NEAR_DAYS = 60; // px of a day whose name is written out

export class Plane {
  #nodes = new Nodes();
  #drawn = null; // what is drawn already: {x0, x1, y0, y1}
  #tops = [];
  #look = 0; // one more: what is drawn looks different now
  viewWidth = 100;
  viewHeight = 0;

  constructor(timeline) {
    this.timeline = timeline;
    this.corner = make("div", { class: "tl-corner" });
    this.axisLine = make("div", { class: "tl-axis" });
    this.names = make("div", { class: "tl-names" });
    this.field = make("div", { class: "tl-plane" });
    this.now = make("div", { class: "tl-now", "aria-hidden": "true" });
    this.field.append(this.now);
    this.head = make("div", { class: "tl-head" }, this.corner, this.axisLine);
    this.body = make("div", { class: "tl-body" }, this.names, this.field);
    this.scroll = make("div", { class: "tl-scroll" }, this.head, this.body);
    this.scroll.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => this.resized()).observe(this.scroll);
  }

  later() {
    this.request ??= requestAnimationFrame(() => {
      this.request = null;
      const sight = this.#sight(); // read before anything is written, which would make the browser lay out at once
      this.timeline.scrolled(sight);
      this.draw(sight);
    });
  }

  resized() {
    if (!this.scroll.clientWidth) return;
    this.namesWidth = this.names.offsetWidth;
    this.headHeight = this.head.offsetHeight;
    this.viewWidth = Math.max(100, this.scroll.clientWidth - this.namesWidth);
    this.viewHeight = this.scroll.clientHeight - this.headHeight;
    this.timeline.resized();
  }

  /** The first and the last minute in sight. */
  get span() {
    return this.spanOf(this.#sight());
  }

  spanOf({ x0, x1 }) {
    const { axis } = this.timeline;
    return [axis.local(x0), axis.local(x1)];
  }

  get itemHeight() {
    return this.timeline.axis.dayWidth >= 300 ? HIGH : LOW;
  }

  /** Rows, zoom or items have changed: everything has a new place. */
  layout() {
    const { axis, store } = this.timeline;
    let top = 0;
    this.#tops = store.rows.map((row) => {
      const before = top;
      top += this.rowHeight(row);
      return before;
    });
    this.#tops.push(top);
    this.field.style.setProperty("width", `${axis.width}px`);
    this.axisLine.style.setProperty("width", `${axis.width}px`);
    this.body.style.setProperty("height", `${top}px`);
    this.#drawn = null;
    this.draw();
  }

  rowHeight(row) {
    const [from, until] = this.timeline.shown;
    const lanes = this.timeline.store.lanesOf(row.id, from, until);
    return Math.max(this.namesWidth < 100 ? 58 : 46, lanes * (this.itemHeight + GAP) + GAP);
  }

  topOf(index) {
    return this.#tops[index] ?? 0;
  }

  /** The row at this height of the field. */
  indexAt(y) {
    const last = this.timeline.store.rows.length - 1;
    let index = 0;
    while (index < last && this.#tops[index + 1] <= y) index += 1;
    return index;
  }

  /** {local, index} at a point of the window. */
  at(clientX, clientY) {
    const box = this.field.getBoundingClientRect();
    return { local: this.timeline.axis.local(clientX - box.left), index: this.indexAt(clientY - box.top), y: clientY - box.top };
  }

  draw(sight = this.#sight()) {
    const d = this.#drawn;
    if (!d || sight.y0 < d.y0 || sight.y1 > d.y1 || sight.x0 >= d.x1 || sight.x1 <= d.x0) this.#drawAll(sight);
    else this.#drawBeside(sight);
  }

  #sight() {
    const { scrollLeft, scrollTop } = this.scroll;
    return { x0: scrollLeft, x1: scrollLeft + this.viewWidth, y0: scrollTop, y1: scrollTop + this.viewHeight };
  }

  #drawAll({ x0, x1, y0, y1 }) {
    const [aside, above] = [(x1 - x0) * BESIDE, (y1 - y0) * BESIDE];
    this.isFresh = this.#drawn !== null;
    this.#drawn = { x0: x0 - aside, x1: x1 + aside, y0: y0 - above, y1: y1 + above };
    this.#nodes.begin();
    this.drawNow();
    this.#nodes.together(this.names, () => this.#drawNames());
    this.#nodes.together(this.field, () => this.#drawRowLines());
    this.#drawSpan(this.#drawn.x0, this.#drawn.x1);
    this.#nodes.sweep((node) => this.#isHeld(node));
  }

  /** What has come into reach to the left and right since it was drawn last. */
  #drawBeside({ x0, x1 }) {
    const d = this.#drawn;
    const aside = (x1 - x0) * BESIDE;
    const [left, right] = [x0 - aside, x1 + aside];
    const before = { ...d };
    if (d.x1 < right - STRIP) d.x1 = Math.min(right, Math.max(x1, d.x1 + STRIP * STRIPS));
    if (d.x0 > left + STRIP) d.x0 = Math.max(left, Math.min(x0, d.x0 - STRIP * STRIPS));
    this.isFresh = true;
    if (d.x1 > before.x1) {
      this.#drawSpan(before.x1, d.x1);
      d.x0 = Math.max(d.x0, left);
    }
    if (d.x0 < before.x0) {
      this.#drawSpan(d.x0, before.x0);
      d.x1 = Math.min(d.x1, right);
    }
    if (d.x1 === before.x1 && d.x0 === before.x0) return;
    const { axis } = this.timeline;
    this.#nodes.sweepBeyond(axis.local(d.x0), axis.local(d.x1), (node) => this.#isHeld(node));
    if (d.x1 < right - STRIP || d.x0 > left + STRIP) this.later();
  }

  /** Everything between two places of the field, where it does not stand yet. */
  #drawSpan(x0, x1) {
    const { axis } = this.timeline;
    for (let x = x0; x < x1; x += BATCH) {
      const from = Math.max(axis.start, axis.local(x));
      const until = Math.min(axis.start + axis.days * DAY, axis.local(Math.min(x1, x + BATCH)));
      this.#nodes.together(this.axisLine, () => this.#drawAxis(from, until));
      this.#nodes.together(this.field, () => this.#drawField(from, until));
    }
  }

  /** The rows in reach: [row, top, height]. */
  #rows() {
    const { rows } = this.timeline.store;
    const found = [];
    for (let index = this.indexAt(this.#drawn.y0); index < rows.length && this.#tops[index] < this.#drawn.y1; index += 1) {
      found.push([rows[index], this.#tops[index], this.#tops[index + 1] - this.#tops[index]]);
    }
    return found;
  }

  #drawNames() {
    for (const [row, top, height] of this.#rows()) {
      const name = this.#nodes.get(`n${row.id}`, { sort: "name", create: newName });
      fillName(name, row, this.timeline);
      this.#place(name, 0, top, null, height);
    }
  }

  #drawRowLines() {
    for (const [row, top, height] of this.#rows()) {
      this.#place(this.#nodes.get(`r${row.id}`, { sort: "row", create: newRowLine }), 0, top + height - 1);
    }
  }

  /** The keyboard stands on it. */
  #isHeld(node) {
    return node === document.activeElement && this.timeline.store.items.has(node.key);
  }

  #drawAxis(from, until) {
    const { axis, clock } = this.timeline;
    for (const day of axis.daysIn(from, until)) {
      const label = this.#nodes.get(`D${day}`, { sort: "day", create: newDay, from: day, until: day + DAY });
      if (!label.isNew && this.isFresh) continue;
      label.firstChild.textContent = this.#dayLabel(day);
      label.classList.toggle("today", day <= clock.now() && clock.now() < day + DAY);
      this.#place(label, axis.x(day), 0, axis.dayWidth);
    }
    for (const tick of axis.ticks(from, until)) {
      const label = this.#nodes.get(`T${tick}`, { sort: "tick", create: newTick, from: tick, until: tick + HOUR });
      if (!label.isNew && this.isFresh) continue;
      label.textContent = clock.time(tick);
      this.#place(label, axis.x(tick), TICKS);
    }
  }

  #drawField(from, until) {
    const { axis } = this.timeline;
    for (const day of axis.daysIn(from, until)) this.#drawLine(`d${day}`, day, "line", newDayLine);
    for (const tick of axis.ticks(from, until)) this.#drawLine(`t${tick}`, tick, "tickline", newLine);
    const hasLoads = axis.dayWidth >= LOADS_FROM && this.timeline.days > 1;
    for (const [row, top, height] of this.#rows()) {
      this.#drawOffs(row, top, height, from, until);
      this.#drawItems(row, top, from, until);
      if (hasLoads) this.#drawLoads(row, top, height, from, until);
    }
  }

  #drawLine(key, at, sort, create) {
    const line = this.#nodes.get(key, { sort, create, from: at, until: at + HOUR });
    if (line.isNew || !this.isFresh) this.#place(line, this.timeline.axis.x(at), 0);
  }

  #dayLabel(day) {
    const { axis, clock } = this.timeline;
    if (axis.dayWidth >= 200) return clock.date(day, "long");
    return axis.dayWidth >= NEAR_DAYS ? clock.date(day) : `${clock.date(day, "narrow").slice(0, 2)} ${clock.dayOfMonth(day)}`;
  }

  drawNow() {
    const { axis, clock } = this.timeline;
    this.now.style.setProperty("transform", `translateX(${axis.x(clock.now())}px)`);
  }

  #drawOffs(row, top, height, from, until) {
    const { axis, store } = this.timeline;
    for (const off of store.offsOf(row.id)) {
      if (off.end <= from || off.start >= until) continue;
      const x = axis.x(off.start);
      const width = axis.x(off.end) - x;
      if (width < 3) continue;
      const node = this.#nodes.get(`o${row.id}-${off.start}-${off.end}`, { sort: "off", create: newOff, from: off.start, until: off.end });
      if (!node.isNew && this.isFresh) continue;
      node.textContent = width > 40 ? off.why : "";
      node.classList.toggle("said", Boolean(node.textContent));
      node.title = off.why;
      this.#place(node, x, top, width, height - 1);
    }
  }

  #drawItems(row, top, from, until) {
    const { items, reach } = this.timeline.store.byRow.get(row.id);
    let at = firstAbove(reach, from);
    for (; at < items.length && items[at].start < until; at += 1) {
      const item = items[at];
      if (item.end <= from) continue;
      const node = this.#nodes.get(item.id, { sort: "item", create: newItem, from: item.start, until: item.end });
      if (!node.isNew && this.isFresh) continue;
      this.#placeItem(node, item, top);
    }
  }

  #placeItem(node, item, top) {
    const { axis } = this.timeline;
    const x = axis.x(item.start);
    const width = Math.max(4, axis.x(item.end) - x - 1);
    const filled = node.filled;
    if (filled?.item !== item || filled.clash !== item.clash || filled.width !== width || filled.look !== this.#look) {
      fillItem(node, item, width, this.timeline);
      node.filled = { item, width, clash: item.clash, look: this.#look };
    }
    this.#place(node, x, top + GAP + item.lane * (this.itemHeight + GAP), width, this.itemHeight);
  }

  #drawLoads(row, top, height, from, until) {
    const { axis, clock, store, words } = this.timeline;
    for (const day of axis.daysIn(from, until)) {
      const { done, open } = store.loadOf(row.id, day, day + DAY);
      if (!done) continue;
      const node = this.#nodes.get(`l${row.id}-${day}`, { sort: "load", create: newLoad, from: day, until: day + DAY });
      if (!node.isNew && this.isFresh) continue;
      const isOver = done > open && open < DAY;
      const hours = words.load.replace("%(hours)s", clock.hours(done));
      const width = axis.x(day + axis.to) - axis.x(day + axis.from) - 4;
      // Where the day is too narrow for the word, the mark stands for it, and the name of the row has the word.
      node.textContent = isOver ? (width < ROOM_FOR_WORDS ? `! ${hours}` : `${hours}, ${words.over}`) : hours;
      node.classList.toggle("bad", isOver);
      this.#place(node, axis.x(day + axis.from), top + height - 15, width);
    }
  }

  #place(node, x, y, width = null, height = null) {
    const place = `${x} ${y} ${width} ${height}`;
    if (node.place === place) return;
    node.place = place;
    node.style.setProperty("left", `${x}px`);
    node.style.setProperty("top", `${y}px`);
    if (width !== null) node.style.setProperty("width", `${width}px`);
    if (height !== null) node.style.setProperty("height", `${height}px`);
  }

  nodeOf(id) {
    return this.#nodes.find(id);
  }

  /** Put `item` where it is seen, and return its node. */
  reveal(item) {
    const { axis, store } = this.timeline;
    const index = store.rows.findIndex((row) => row.id === item.row);
    this.show(axis.x(item.start), axis.x(item.end), this.topOf(index), this.topOf(index + 1));
    return this.nodeOf(item.id);
  }

  show(left, right, top, bottom) {
    const { scroll, viewWidth: width, viewHeight: height } = this;
    if (left < scroll.scrollLeft || left > scroll.scrollLeft + width - 40) scroll.scrollLeft = left - width * 0.2;
    else if (right > scroll.scrollLeft + width) scroll.scrollLeft = Math.min(left - 20, right - width + 20);
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (bottom > scroll.scrollTop + height) scroll.scrollTop = bottom - height;
    this.draw();
  }

  /** Draw again what is in sight: words or colours have changed. */
  refresh() {
    this.#look += 1;
    this.#drawn = null;
    this.draw();
  }

  /** Sums, names and the heights of rows again, as the days in sight want them; the row on top stays there. */
  recount() {
    const top = this.indexAt(this.scroll.scrollTop);
    const into = this.scroll.scrollTop - this.topOf(top);
    this.layout();
    this.scroll.scrollTop = this.topOf(top) + into;
  }

  /** Show anew which items are selected and which are in the hand. */
  mark() {
    for (const node of this.#nodes.ofSort("item")) markItem(node, node.key, this.timeline);
  }
}

/** The first place whose reach lies beyond `from`: all before it is over by then. */
function firstAbove(reach, from) {
  let low = 0;
  let high = reach.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reach[middle] <= from) low = middle + 1;
    else high = middle;
  }
  return low;
}
