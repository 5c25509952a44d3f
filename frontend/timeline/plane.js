/* Draws what is in sight and a little more: nodes that scroll away are filled anew. Every place is set by the CSSOM. */
import { glyph, make } from "../lib/dom.js";
import { DAY } from "./clock.js";

const BESIDE = 0.25; // of what is in sight is drawn to each side
const GAP = 4;
const LOW = 18; // px of an item where days are narrow
const HIGH = 36;
const TEXT_FROM = 26; // px
const LOADS_FROM = 90;
const NEAR_DAYS = 60; // px of a day whose name is written out

export class Plane {
  #nodes = new Map(); // key -> node in sight
  #pools = new Map(); // sort -> nodes to be filled anew
  #frame = 0;
  #drawn = null; // what is drawn already: {x0, x1, y0, y1}
  #tops = [];
  #look = 0; // one more: what is drawn looks different now

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
      this.timeline.scrolled();
      this.draw();
    });
  }

  resized() {
    if (!this.scroll.clientWidth) return;
    this.namesWidth = this.names.offsetWidth;
    this.headHeight = this.head.offsetHeight;
    this.timeline.resized();
  }

  get viewWidth() {
    return Math.max(100, this.scroll.clientWidth - (this.namesWidth ?? 0));
  }

  get viewHeight() {
    return this.scroll.clientHeight - (this.headHeight ?? 0);
  }

  /** The first and the last minute in sight. */
  get span() {
    const { axis } = this.timeline;
    return [axis.local(this.scroll.scrollLeft), axis.local(this.scroll.scrollLeft + this.viewWidth)];
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

  draw() {
    const { scrollLeft, scrollTop } = this.scroll;
    const [width, height] = [this.viewWidth, this.viewHeight];
    const d = this.#drawn;
    if (d && scrollLeft >= d.x0 && scrollLeft + width <= d.x1 && scrollTop >= d.y0 && scrollTop + height <= d.y1) return;
    const x0 = scrollLeft - width * BESIDE;
    const x1 = scrollLeft + width * (1 + BESIDE);
    const y0 = scrollTop - height * BESIDE;
    const y1 = scrollTop + height * (1 + BESIDE);
    this.isFresh = d !== null;
    this.#drawn = { x0, x1, y0, y1 };
    this.#frame += 1;
    const { axis, store } = this.timeline;
    const from = Math.max(axis.start, axis.local(x0));
    const until = Math.min(axis.start + axis.days * DAY, axis.local(x1));
    this.#drawAxis(from, until);
    this.drawNow();
    for (let index = this.indexAt(y0); index < store.rows.length && this.#tops[index] < y1; index += 1) {
      this.#drawRow(index, from, until);
    }
    this.#sweep();
  }

  #drawAxis(from, until) {
    const { axis, clock } = this.timeline;
    for (const day of axis.daysIn(from, until)) {
      const x = axis.x(day);
      const label = this.#node(`D${day}`, "day", this.axisLine, () => make("div", { class: "tl-day" }, make("span", {})));
      if (label.isNew || !this.isFresh) {
        label.firstChild.textContent = this.#dayLabel(day);
        label.classList.toggle("today", day <= clock.now() && clock.now() < day + DAY);
        // By its place and not by a transform, past which its words would not know where to stick.
        label.style.setProperty("left", `${x}px`);
        label.style.setProperty("width", `${axis.dayWidth}px`);
      }
      const line = this.#node(`d${day}`, "line", this.field, () => make("div", { class: "tl-line day" }));
      if (line.isNew || !this.isFresh) this.#place(line, x, 0);
    }
    for (const tick of axis.ticks(from, until)) {
      const x = axis.x(tick);
      const label = this.#node(`T${tick}`, "tick", this.axisLine, () => make("div", { class: "tl-tick" }));
      if (label.isNew || !this.isFresh) {
        label.textContent = clock.time(tick);
        this.#place(label, x, 0);
      }
      const line = this.#node(`t${tick}`, "tickline", this.field, () => make("div", { class: "tl-line" }));
      if (line.isNew || !this.isFresh) this.#place(line, x, 0);
    }
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

  #drawRow(index, from, until) {
    const { store, axis } = this.timeline;
    const row = store.rows[index];
    const top = this.#tops[index];
    const height = this.#tops[index + 1] - top;
    const name = this.#node(`n${row.id}`, "name", this.names, newName);
    if (name.isNew || !this.isFresh) {
      fillName(name, row, this.timeline);
      this.#place(name, 0, top, null, height);
    }
    const line = this.#node(`r${row.id}`, "row", this.field, () => make("div", { class: "tl-rowline" }));
    if (line.isNew || !this.isFresh) this.#place(line, 0, top + height - 1);
    this.#drawOffs(row, top, height, from, until);
    this.#drawItems(row, top, from, until);
    if (axis.dayWidth >= LOADS_FROM && this.timeline.days > 1) this.#drawLoads(row, top, height, from, until);
  }

  #drawOffs(row, top, height, from, until) {
    const { axis, store } = this.timeline;
    for (const off of store.offsOf(row.id)) {
      if (off.end <= from || off.start >= until) continue;
      const x = axis.x(off.start);
      const width = axis.x(off.end) - x;
      if (width < 3) continue;
      const node = this.#node(`o${row.id}-${off.start}-${off.end}`, "off", this.field, () => make("div", { class: "tl-off" }));
      if (!node.isNew && this.isFresh) continue;
      node.textContent = width > 40 ? off.why : "";
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
      const node = this.#node(item.id, "item", this.field, newItem);
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
      const node = this.#node(`l${row.id}-${day}`, "load", this.field, () => make("div", { class: "tl-load" }));
      if (!node.isNew && this.isFresh) continue;
      const isOver = done > open && open < DAY;
      node.textContent = words.load.replace("%(hours)s", clock.hours(done)) + (isOver ? `, ${words.over}` : "");
      node.classList.toggle("bad", isOver);
      this.#place(node, axis.x(day + axis.from), top + height - 15, axis.x(day + axis.to) - axis.x(day + axis.from) - 4);
    }
  }

  /** The node that stands for `key`: as it is, or one that is new or filled anew. */
  #node(key, sort, parent, create) {
    let node = this.#nodes.get(key);
    if (node) {
      node.isNew = false;
    } else {
      node = this.#pools.get(sort)?.pop() ?? null;
      if (!node) {
        node = create();
        parent.append(node);
      }
      node.key = key;
      node.sort = sort;
      node.isNew = true;
      this.#nodes.set(key, node);
    }
    node.seen = this.#frame;
    return node;
  }

  #sweep() {
    for (const [key, node] of this.#nodes) {
      if (node.seen === this.#frame) continue;
      if (node === document.activeElement && this.timeline.store.items.has(key)) continue; // the keyboard stands on it
      this.#nodes.delete(key);
      const pool = this.#pools.get(node.sort) ?? [];
      this.#pools.set(node.sort, pool);
      pool.push(node);
      node.place = null;
      node.filled = null;
      if (node.sort === "day") node.style.setProperty("left", "-9999px");
      else node.style.setProperty("transform", "translate(-9999px, -9999px)");
      if (node.sort === "item") node.removeAttribute("data-item");
    }
  }

  #place(node, x, y, width = null, height = null) {
    const place = `${x} ${y} ${width} ${height}`;
    if (node.place === place) return;
    node.place = place;
    node.style.setProperty("transform", `translate(${x}px, ${y}px)`);
    if (width !== null) node.style.setProperty("width", `${width}px`);
    if (height !== null) node.style.setProperty("height", `${height}px`);
  }

  nodeOf(id) {
    return this.#nodes.get(id) ?? null;
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
    for (const node of this.#nodes.values()) if (node.sort === "item") markItem(node, node.key, this.timeline);
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

function newItem() {
  return make("div", { class: "tl-it", role: "button", tabindex: "-1" });
}

function fillItem(node, item, width, timeline) {
  const isNarrow = width < TEXT_FROM;
  const marks = [timeline.colourOf(item), item.state, item.clash && "clash", item.late && "late", !item.can_move && "fixed"];
  node.className = `tl-it ${marks.filter(Boolean).join(" ")}${isNarrow ? " thin" : ""}${width < 64 ? " short" : ""}`;
  node.classList.toggle("saving", Boolean(item.isSaving));
  markItem(node, item.id, timeline);
  node.dataset.item = item.id;
  node.removeAttribute("title");
  node.setAttribute("aria-label", timeline.labelOf(item));
  if (isNarrow) {
    if (node.words) node.words.textContent = "";
    return;
  }
  if (!node.words) {
    node.mark = glyph("clock");
    node.words = make("span", { class: "cut" });
    node.append(node.mark, node.words);
  }
  const icon = item.clash ? "alert-triangle" : timeline.iconOf(item);
  if (node.icon !== icon) node.mark.firstChild.setAttribute("href", `${document.body.dataset.icons}#${(node.icon = icon)}`);
  node.words.textContent = item.title;
}

function markItem(node, id, timeline) {
  node.classList.toggle("sel", timeline.selection.has(id));
  node.classList.toggle("carried", timeline.isCarried(id));
}

function newName() {
  const words = make("div", { class: "grow min" }, make("div", { class: "b5 cut" }), make("div", { class: "xs cut" }));
  return make("div", { class: "tl-name" }, make("span", { class: "ava" }), glyph("door"), words);
}

function fillName(node, row, timeline) {
  const [face, icon, words] = node.children;
  const isPerson = row.kind === "person";
  face.toggleAttribute("hidden", !isPerson);
  icon.classList.toggle("d-none", isPerson);
  face.className = `ava ${row.color ?? "c6"}`;
  face.textContent = row.initials ?? "";
  icon.firstChild.setAttribute("href", `${document.body.dataset.icons}#${row.icon ?? "door"}`);
  words.firstChild.textContent = row.name;
  node.title = row.zone ? `${row.name} (${row.zone})` : row.name;
  const { text, isOver } = timeline.loadWords(row);
  words.lastChild.textContent = text;
  words.lastChild.className = `xs cut ${isOver ? "bad" : "t3"}`;
}
