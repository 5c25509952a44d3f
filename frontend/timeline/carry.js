/* What is in the hand, drawn in the timeline: a ghost of each, and a bubble with the time. */
import { make } from "../lib/dom.js";
import { Hand } from "./hand.js";

const MOST_GHOSTS = 60;

export class Carry extends Hand {
  #ghosts = new Map();

  constructor(timeline, mode, held, items = [held]) {
    super(timeline, mode, held, items);
    this.bubble = make("div", { class: "tl-bubble pop", "aria-hidden": "true" });
    timeline.plane.field.append(this.bubble);
    for (const item of items.slice(0, MOST_GHOSTS)) this.#addGhost(item);
    this.show();
  }

  #addGhost(item) {
    const ghost = make("div", { class: `tl-ghost ${this.timeline.colourOf(item)}`, "aria-hidden": "true" }, item.title ?? "");
    this.#ghosts.set(item.id, ghost);
    this.timeline.plane.field.append(ghost);
  }

  show() {
    const { axis, plane, store } = this.timeline;
    for (const { item, row, start, end } of this.places()) {
      const ghost = this.#ghosts.get(item.id);
      if (!ghost) continue;
      const index = store.rows.findIndex((each) => each.id === row);
      const x = axis.x(start);
      const lane = row === item.row ? (item.lane ?? 0) : 0;
      ghost.style.setProperty("transform", `translate(${x}px, ${plane.topOf(index) + 4 + lane * (plane.itemHeight + 4)}px)`);
      ghost.style.setProperty("width", `${Math.max(6, axis.x(end) - x - 1)}px`);
      ghost.style.setProperty("height", `${plane.itemHeight}px`);
    }
    this.bubble.textContent = this.text;
    const top = plane.topOf(this.index) - 30;
    const y = top < plane.scroll.scrollTop ? plane.topOf(this.index) + plane.itemHeight + 10 : top;
    const last = plane.scroll.scrollLeft + plane.viewWidth - this.bubble.offsetWidth - 8;
    const x = Math.min(axis.x(this.mode === "end" ? this.end : this.start), Math.max(plane.scroll.scrollLeft, last));
    this.bubble.style.setProperty("transform", `translate(${x}px, ${y}px)`);
  }

  letGo() {
    this.bubble.remove();
    for (const ghost of this.#ghosts.values()) ghost.remove();
  }
}
