/* Mouse and finger: a press on an item carries it, at its edge widens it, on an empty place makes one; a finger holds still
   first, since it scrolls otherwise. Near the edges the timeline scrolls on. */
import { make } from "../lib/dom.js";
import { Grip } from "./grip.js";

const EDGE = 7;

export function startPointer(timeline) {
  return new Pointer(timeline).stop;
}

class Pointer extends Grip {
  constructor(timeline) {
    super(timeline, timeline.plane.scroll);
    this.timeline = timeline;
    this.field = timeline.plane.field;
    this.listen(this.field, "pointerdown", (event) => this.down(event));
    this.listen(timeline.tray.node, "pointerdown", (event) => this.downInTray(event));
    this.listen(timeline, "touchstart", (event) => this.touches(event), { passive: true });
    this.listen(this.field, "contextmenu", (event) => this.menu(event));
    this.listen(this.field, "pointerover", (event) => this.over(event));
    this.listen(this.scroll, "wheel", (event) => this.wheel(event), { passive: false });
  }

  get reach() {
    const { left, right, top, bottom } = this.scroll.getBoundingClientRect();
    const { namesWidth, headHeight } = this.timeline.plane;
    return { left: left + namesWidth, right, top: top + headHeight, bottom };
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
    super.begin(event, more);
    if (!this.press.isTouch && !more.isUndated) event.preventDefault(); // or text is marked
  }

  edge(event, node) {
    const box = node.getBoundingClientRect();
    if (box.width < 3 * EDGE || event.pointerType !== "mouse") return "move";
    if (event.clientX - box.left < EDGE) return "start";
    return box.right - event.clientX < EDGE ? "end" : "move";
  }

  lift() {
    const { press, timeline } = this;
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

  follow() {
    const { press, timeline } = this;
    if (!press?.last) return;
    const at = timeline.plane.at(press.last.x, press.last.y);
    if (press.mode === "lasso") return this.stretch();
    if (press.mode === "new") return timeline.carry?.span(press.from, at.local);
    const { carry } = timeline;
    if (!carry) return;
    if (press.mode === "move") carry.toRow(at.index);
    carry.to(at.local - (press.grip ?? 0), press.last.isExact);
  }

  dropped(event, press) {
    const { timeline } = this;
    if (press.box) return this.lassoed(press);
    const isOut = press.isUndated && !this.isOver(event);
    if (!press.isTurned && press.mode !== "new") {
      timeline.letGo();
      return timeline.exact(press.item);
    }
    return isOut ? timeline.letGo() : timeline.drop({ isAsked: press.isTouch && press.mode !== "new" });
  }

  pressed(event, press) {
    const { timeline } = this;
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

  letGo(press) {
    press.box?.remove();
    this.timeline.letGo();
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

