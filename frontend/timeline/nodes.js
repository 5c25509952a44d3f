/* The nodes that stand for something in sight. One that is no longer wanted stays in the page and is filled anew when the
   next of its sort is: to take it out and put it in again would have the browser work out its style from nothing.

   What is drawn together stands in a batch, an empty box of its own: the browser then lays out the new batch alone, and not
   everything in sight each time a few items come into it. */
import { make } from "../lib/dom.js";

const AWAY = "-99999px";

export class Nodes {
  #inSight = new Map(); // key -> node
  #batches = new Set(); // elements with {nodes, pools, from, until}: the boxes in use
  #spare = [];
  #round = 0;
  #open = null;

  /** From now on what is asked for is wanted; `sweep` takes away the rest. */
  begin() {
    this.#round += 1;
  }

  /** What `draw` asks for stands together in a box in `parent`. */
  together(parent, draw) {
    const batch = (this.#open = this.#takeSpare(parent));
    draw();
    this.#open = null;
    if (batch.nodes.size) this.#batches.add(batch);
    else this.#spare.push(batch);
    // What of its former nodes is left over still stands where it was.
    for (const pool of batch.pools.values()) for (const node of pool) node.style.setProperty("left", AWAY);
  }

  #takeSpare(parent) {
    const at = this.#spare.findIndex((batch) => batch.parentNode === parent);
    const [batch] = at < 0 ? [make("div", { class: "tl-batch" })] : this.#spare.splice(at, 1);
    if (at < 0) Object.assign(batch, { nodes: new Set(), pools: new Map() });
    Object.assign(batch, { from: Infinity, until: -Infinity });
    if (at < 0) parent.append(batch);
    batch.style.setProperty("left", "0px");
    return batch;
  }

  /** The node that stands for `key` between two minutes: as it is, or one that is new or filled anew. */
  get(key, { sort, create, from = -Infinity, until = Infinity }) {
    let node = this.#inSight.get(key);
    if (node) {
      node.isNew = false;
    } else {
      const batch = this.#open;
      node = batch.pools.get(sort)?.pop();
      if (!node) {
        node = create();
        batch.append(node);
      }
      Object.assign(node, { key, sort, batch, isNew: true });
      this.#inSight.set(key, node);
      batch.nodes.add(node);
    }
    Object.assign(node, { from, until, round: this.#round });
    node.batch.from = Math.min(node.batch.from, from);
    node.batch.until = Math.max(node.batch.until, until);
    return node;
  }

  find(key) {
    return this.#inSight.get(key) ?? null;
  }

  *ofSort(sort) {
    for (const node of this.#inSight.values()) if (node.sort === sort) yield node;
  }

  /** Take away what was not asked for since `begin`, but for what `isKept`. */
  sweep(isKept) {
    for (const node of this.#inSight.values()) {
      if (node.round === this.#round || isKept(node)) continue;
      this.#putAway(node);
      node.style.setProperty("left", AWAY);
      if (!node.batch.nodes.size) this.#takeAway(node.batch);
    }
  }

  /** Take away the boxes that lie wholly before `from` or behind `until`, but for those with what `isKept`. */
  sweepBeyond(from, until, isKept) {
    for (const batch of this.#batches) {
      if ((batch.until > from && batch.from < until) || [...batch.nodes].some(isKept)) continue;
      for (const node of batch.nodes) this.#putAway(node);
      this.#takeAway(batch);
    }
  }

  #takeAway(batch) {
    this.#batches.delete(batch);
    this.#spare.push(batch);
    batch.style.setProperty("left", AWAY);
  }

  #putAway(node) {
    const { batch, sort } = node;
    this.#inSight.delete(node.key);
    batch.nodes.delete(node);
    if (!batch.pools.has(sort)) batch.pools.set(sort, []);
    batch.pools.get(sort).push(node);
    node.place = null;
    node.filled = null;
    if (sort === "item") node.removeAttribute("data-item");
  }
}
