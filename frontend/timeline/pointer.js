/* Mouse and finger: a press on an item carries it, at its edge widens it, on an empty place makes one; a finger holds still
   first, since it scrolls otherwise. Near the edges the timeline scrolls on. */
import { make } from "../lib/dom.js";

const HOLD = 400; // ms
const SLACK = 5; // px
const EDGE = 7;
const NEAR = 44; // px from the edge of what is in sight
const FAST = 18;

export function startPointer(timeline) {
  return new Pointer(timeline).stop;
}

class Pointer {
  press = null; // {x, y, item, mode, isTouch, at}

  constructor(timeline) {
    this.timeline = timeline;
    this.scroll = timeline.plane.scroll;
    this.field = timeline.plane.field;
    const own = new AbortController();
    const listen = (target, type, work, options = {}) => target.addEventListener(type, work, { signal: own.signal, ...options });
    listen(this.field, "pointerdown", (event) => this.down(event));
    listen(timeline.tray.node, "pointerdown", (event) => this.downInTray(event));
    listen(window, "pointermove", (event) => this.move(event));
    listen(window, "pointerup", (event) => this.up(event));
    listen(window, "pointercancel", () => this.cancel());
    listen(timeline, "touchmove", (event) => this.isDragging && event.preventDefault(), { passive: false });
    listen(timeline, "touchstart", (event) => this.touches(event), { passive: true });
    listen(this.field, "contextmenu", (event) => this.menu(event));
    listen(this.field, "pointerover", (event) => this.over(event));
    listen(this.scroll, "wheel", (event) => this.wheel(event), { passive: false });
    listen(document, "keydown", (event) => event.key === "Escape" && this.press && this.escape(event), { capture: true });
    this.stop = () => own.abort();
  }

  get isDragging() {
    return Boolean(this.press?.isDragging);
  }

  down(event) {
    if (event.button !== 0 || this.timeline.carry || this.pinch) return;
    const node = event.target.closest(".tl-it");
    const item = node && this.timeline.store.items.get(node.dataset.item);
    const mode = item ? (item.can_move ? this.edge(event, node) : "none") : event.shiftKey ? "lasso" : "new";
    this.begin(event, { item, mode, node });
  }

  downInTray(event) {
    const node = event.target.closest("[data-undated]");
    if (event.button !== 0 || !node || this.timeline.carry) return;
    const item = this.timeline.tray.itemOf(node.dataset.undated);
    this.begin(event, { item, mode: item.can_move ? "move" : "none", node, isUndated: true });
  }

  begin(event, more) {
    const isTouch = event.pointerType !== "mouse";
    this.press = { x: event.clientX, y: event.clientY, isTouch, id: event.pointerId, ...more };
    if (isTouch) this.timer = setTimeout(() => this.held(), HOLD);
    else if (!more.isUndated) event.preventDefault(); // or text is marked
  }

  edge(event, node) {
    const box = node.getBoundingClientRect();
    if (box.width < 3 * EDGE || event.pointerType !== "mouse") return "move";
    if (event.clientX - box.left < EDGE) return "start";
    return box.right - event.clientX < EDGE ? "end" : "move";
  }

  /** A finger that has held still has it in its hand. */
  held() {
    if (!this.press || this.press.mode === "none") return;
    navigator.vibrate?.(15);
    this.lift();
  }

  lift() {
    const { press, timeline } = this;
    press.isDragging = true;
    const at = timeline.plane.at(press.x, press.y);
    if (press.mode === "lasso") {
      press.box = make("div", { class: "tl-lasso", "aria-hidden": "true" });
      this.field.append(press.box);
    } else if (press.mode === "new") {
      press.from = at.local;
      const row = timeline.store.rows[at.index];
      if (!row || !timeline.config.create) return this.cancel();
      const held = { id: "new", row: row.id, start: Math.floor(at.local), end: Math.floor(at.local) + 1, title: "", kind: "" };
      timeline.take("new", held).span(at.local, at.local + timeline.snap);
    } else if (press.isUndated) {
      timeline.take("move", press.item);
    } else {
      press.grip = at.local - (press.mode === "end" ? press.item.end : press.item.start);
      timeline.take(press.mode, press.item);
    }
  }

  move(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.id) return;
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK;
    if (!press.isDragging) {
      if (!far || press.mode === "none") return;
      if (press.isTouch) return this.cancel(); // it scrolls
      this.lift();
      if (!press.isDragging || !this.press) return;
    }
    press.last = { x: event.clientX, y: event.clientY, isExact: event.altKey };
    press.isTurned ||= far;
    this.follow();
    this.roll();
  }

  follow() {
    const { press, timeline } = this;
    if (!press?.last || !press.isTurned) return;
    const at = timeline.plane.at(press.last.x, press.last.y);
    if (press.mode === "lasso") return this.stretch();
    if (press.mode === "new") return timeline.carry?.span(press.from, at.local);
    const { carry } = timeline;
    if (!carry) return;
    if (press.mode === "move") carry.toRow(at.index);
    carry.to(at.local - (press.grip ?? 0), press.last.isExact);
  }

  /** Near an edge the timeline scrolls for as long as the hand stays there. */
  roll() {
    this.rolling ??= requestAnimationFrame(() => {
      this.rolling = null;
      const { press } = this;
      if (!press?.isDragging || !press.last) return;
      const box = this.scroll.getBoundingClientRect();
      const plane = this.timeline.plane;
      const dx = towards(press.last.x - press.x, pull(press.last.x, box.left + plane.namesWidth, box.right));
      const dy = towards(press.last.y - press.y, pull(press.last.y, box.top + plane.headHeight, box.bottom));
      if (!dx && !dy) return;
      if (press.isUndated && !(press.wasInside ||= press.last.x > box.left + plane.namesWidth + NEAR)) return;
      this.scroll.scrollBy(dx, dy);
      this.follow();
      this.roll();
    });
  }

  up(event) {
    const { press, timeline } = this;
    if (!press || event.pointerId !== press.id) return;
    clearTimeout(this.timer);
    this.press = null;
    if (press.box) return this.lassoed(press);
    if (press.isDragging) {
      const isOut = press.isUndated && !this.isOver(event);
      if (!press.isTurned && press.mode !== "new") {
        timeline.letGo();
        return timeline.exact(press.item);
      }
      return isOut ? timeline.letGo() : timeline.drop({ isAsked: press.isTouch && press.mode !== "new" });
    }
    if (press.item && !press.isUndated) return this.click(event, press);
    if (press.isUndated) return timeline.open(press.item);
    timeline.select([]);
    timeline.keyboard?.stand(timeline.plane.at(press.x, press.y));
  }

  isOver(event) {
    const box = this.scroll.getBoundingClientRect();
    return event.clientX > box.left && event.clientX < box.right && event.clientY > box.top && event.clientY < box.bottom;
  }

  click(event, { item }) {
    const { timeline } = this;
    if (event.ctrlKey || event.metaKey) {
      if (timeline.selection.has(item.id)) timeline.selection.delete(item.id);
      else timeline.selection.add(item.id);
      this.last = item;
      return timeline.plane.mark();
    }
    if (event.shiftKey) return timeline.select(this.between(this.last ?? item, item), true);
    this.last = item;
    timeline.select([]);
    timeline.focusItem(item.id);
    timeline.open(item);
  }

  /** All in the rows from one to the other and in their time. */
  between(one, other) {
    const { store } = this.timeline;
    const place = (item) => store.rows.findIndex((row) => row.id === item.row);
    const rows = [place(one), place(other)].sort((a, b) => a - b);
    const [from, until] = [Math.min(one.start, other.start), Math.max(one.end, other.end)];
    const isIn = (item) => item.can_move && place(item) >= rows[0] && place(item) <= rows[1] && item.start >= from && item.end <= until;
    return [...store.items.values()].filter(isIn).map((item) => item.id);
  }

  stretch() {
    const { press } = this;
    const box = this.field.getBoundingClientRect();
    const [x, y] = [Math.min(press.x, press.last.x) - box.left, Math.min(press.y, press.last.y) - box.top];
    const [width, height] = [Math.abs(press.x - press.last.x), Math.abs(press.y - press.last.y)];
    press.area = { x, y, width, height };
    press.box.style.setProperty("transform", `translate(${x}px, ${y}px)`);
    press.box.style.setProperty("width", `${width}px`);
    press.box.style.setProperty("height", `${height}px`);
  }

  lassoed({ box, area }) {
    box.remove();
    if (!area) return;
    const { plane, axis, store, words } = this.timeline;
    const [from, until] = [axis.local(area.x), axis.local(area.x + area.width)];
    const rows = new Set(store.rows.slice(plane.indexAt(area.y), plane.indexAt(area.y + area.height) + 1).map((row) => row.id));
    const isIn = (item) => item.can_move && rows.has(item.row) && item.start < until && item.end > from;
    this.timeline.select([...store.items.values()].filter(isIn).map((item) => item.id));
    this.timeline.say(words.selected.replace("%(count)s", this.timeline.selection.size));
  }

  cancel() {
    clearTimeout(this.timer);
    this.press?.box?.remove();
    if (this.press?.isDragging) this.timeline.letGo();
    this.press = null;
  }

  escape(event) {
    event.preventDefault();
    event.stopPropagation();
    this.cancel();
  }

  menu(event) {
    const node = event.target.closest(".tl-it");
    const item = node && this.timeline.store.items.get(node.dataset.item);
    if (this.press || this.timeline.carry || item?.can_move) event.preventDefault();
    if (item?.can_move && !this.press && !this.timeline.carry) this.timeline.exact(item);
  }

  /** What it is in full, once somebody points at it. */
  over(event) {
    const node = event.target.closest(".tl-it");
    if (node && !node.title) node.title = node.getAttribute("aria-label");
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.timeline.zoom(Math.exp(-event.deltaY / 300), event.clientX);
  }

  /** Two fingers zoom. */
  touches(event) {
    if (event.touches.length !== 2 || this.isDragging) return;
    this.cancel();
    const gap = ({ touches }) => Math.hypot(touches[0].clientX - touches[1].clientX, touches[0].clientY - touches[1].clientY);
    let before = gap(event);
    this.pinch = new AbortController();
    const { signal } = this.pinch;
    const end = () => (this.pinch?.abort(), (this.pinch = null));
    window.addEventListener("touchmove", (moved) => {
      if (moved.touches.length !== 2) return end();
      moved.preventDefault();
      const now = gap(moved);
      this.timeline.zoom(now / before, (moved.touches[0].clientX + moved.touches[1].clientX) / 2);
      before = now;
    }, { signal, passive: false });
    window.addEventListener("touchend", end, { signal });
  }
}

/** What is taken up near an edge does not scroll before the hand goes that way. */
function towards(way, distance) {
  return Math.abs(way) > SLACK && Math.sign(way) === Math.sign(distance) ? distance : 0;
}

/** How far to scroll where the hand is at `at`: more, the nearer to the edge. */
function pull(at, from, to) {
  if (at < from + NEAR) return -FAST * Math.min(1.5, (from + NEAR - at) / NEAR);
  if (at > to - NEAR) return FAST * Math.min(1.5, (at - to + NEAR) / NEAR);
  return 0;
}
