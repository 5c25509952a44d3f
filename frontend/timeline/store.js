/* What is known: rows, what stands in them, when they do not work. Fetched in weeks, those about to be seen included. */
import { DAY, dayOf, floorTo } from "./clock.js";

const CHUNK = 7 * DAY;
const byStart = (one, other) => one.start - other.start || one.end - other.end || (one.id < other.id ? -1 : 1);

export class Store {
  rows = [];
  tray = [];
  items = new Map(); // id -> item, its times as the wall clock shows them
  #chunks = new Map(); // first minute -> "here" or the AbortController of its request
  #offs = new Map(); // row id -> [{start, end, why}]

  /** `tell()` is called after every change, `fail(error)` when the server does not answer. */
  constructor(url, clock, tell, fail) {
    this.url = url;
    this.clock = clock;
    this.tell = tell;
    this.fail = fail;
    this.byRow = new Map();
  }

  /** See to it that all between is here or under way; what is no longer asked for is given up. */
  want(from, until) {
    const first = floorTo(from, CHUNK) - CHUNK;
    const last = floorTo(until, CHUNK) + CHUNK;
    for (const [at, state] of this.#chunks) {
      if (state !== "here" && (at < first || at > last)) {
        state.abort();
        this.#chunks.delete(at);
      }
    }
    const missing = [];
    for (let at = first; at <= last; at += CHUNK) if (!this.#chunks.has(at)) missing.push(at);
    if (missing.length) this.#fetch(missing[0], missing[missing.length - 1] + CHUNK);
  }

  async #fetch(from, until) {
    const mine = new AbortController();
    const chunks = [];
    for (let at = from; at < until; at += CHUNK) {
      if (this.#chunks.get(at) === "here") continue;
      this.#chunks.set(at, mine);
      chunks.push(at);
    }
    try {
      this.#take(await this.#ask({ from: this.clock.toUtc(from), until: this.clock.toUtc(until) }, mine.signal), chunks);
    } catch (error) {
      for (const at of chunks) if (this.#chunks.get(at) === mine) this.#chunks.delete(at);
      if (error.name !== "AbortError") this.fail(error);
    }
  }

  async #ask(query, signal) {
    const url = new URL(this.url, location.href);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const response = await fetch(url, { signal, headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }

  /** Read everything that is here again: something has changed, we do not know what. */
  async again() {
    const here = [...this.#chunks].filter(([, state]) => state === "here").map(([at]) => at).sort((a, b) => a - b);
    if (!here.length) return;
    const from = here[0];
    const until = here[here.length - 1] + CHUNK;
    try {
      const answer = await this.#ask({ from: this.clock.toUtc(from), until: this.clock.toUtc(until) });
      for (const [id, item] of this.items) if (item.end > from && item.start < until) this.items.delete(id);
      this.#offs.clear();
      this.#take(answer, here);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Read tasks again by their numbers; those that do not come back are no longer ours to see. */
  async look(tasks) {
    try {
      const answer = await this.#ask({ tasks: tasks.join(",") });
      this.forget(tasks);
      this.put(answer.items);
      if (answer.tray) this.tray = answer.tray;
      this.tell();
    } catch (error) {
      this.fail(error);
    }
  }

  #take(answer, chunks) {
    for (const at of chunks) this.#chunks.set(at, "here");
    this.rows = answer.rows;
    this.tray = answer.tray ?? this.tray;
    for (const { row, start, end, why } of answer.off ?? []) {
      const list = this.#offs.get(row) ?? [];
      list.push({ start: this.clock.toLocal(start), end: this.clock.toLocal(end), why: why ?? "" });
      this.#offs.set(row, list);
    }
    for (const [row, list] of this.#offs) this.#offs.set(row, merged(list));
    this.put(answer.items);
    this.tell();
  }

  /** Items as the server tells them. */
  put(items) {
    for (const item of items) {
      const start = this.clock.toLocal(item.start);
      this.items.set(item.id, { ...item, start, end: Math.max(start + 1, this.clock.toLocal(item.end)) });
    }
    this.arrange();
  }

  forget(tasks) {
    const gone = new Set(tasks.map(Number));
    for (const [id, item] of this.items) if (gone.has(item.task)) this.items.delete(id);
    this.tray = this.tray.filter((each) => !gone.has(each.task));
  }

  /** Sorted by row, each in its lane: what stands at the same time stands one below the other, and clashes. */
  arrange() {
    this.byRow = new Map(this.rows.map((row) => [row.id, { items: [], reach: [], loads: new Map() }]));
    for (const item of this.items.values()) this.byRow.get(item.row)?.items.push(item);
    for (const [id, place] of this.byRow) lay(place, this.#offs.get(id) ?? []);
  }

  offsOf(row) {
    return this.#offs.get(row) ?? [];
  }

  /** How many lanes the row needs in this time. */
  lanesOf(row, from, until) {
    let most = 0;
    for (const item of this.byRow.get(row)?.items ?? []) {
      if (item.start >= until) break;
      if (item.end > from) most = Math.max(most, item.lane);
    }
    return most + 1;
  }

  /** Minutes of work in this row and minutes that it works, in the days between. */
  loadOf(row, from, until) {
    let done = 0;
    const loads = this.byRow.get(row)?.loads;
    for (let day = dayOf(from); day < dayOf(until); day += 1) done += loads?.get(day) ?? 0;
    let open = until - from;
    for (const { start, end } of this.offsOf(row)) open -= Math.max(0, Math.min(end, until) - Math.max(start, from));
    return { done, open };
  }
}

/** Stretches that touch and say the same are one. */
function merged(list) {
  list.sort((one, other) => one.start - other.start);
  const found = [];
  const known = new Set();
  for (const each of list) {
    const last = found[found.length - 1];
    const key = `${each.start} ${each.end} ${each.why}`;
    if (last && last.why === each.why && each.start <= last.end) last.end = Math.max(last.end, each.end);
    else if (!known.has(key)) found.push({ ...each });
    known.add(key);
  }
  return found;
}

function lay(place, offs) {
  const free = []; // lane -> when it is free again
  const hard = []; // what occupies somebody, and is not over yet
  let reach = -Infinity;
  place.items.sort(byStart);
  for (const item of place.items) {
    let lane = free.findIndex((until) => until <= item.start);
    if (lane < 0) lane = free.length;
    free[lane] = item.end;
    item.lane = lane;
    item.clash = false;
    reach = Math.max(reach, item.end);
    place.reach.push(reach);
    if (!item.soft) clash(item, hard, offs);
    count(place.loads, item);
  }
}

function clash(item, hard, offs) {
  for (let at = hard.length - 1; at >= 0; at -= 1) {
    if (hard[at].end <= item.start) hard.splice(at, 1);
    else item.clash = hard[at].clash = true;
  }
  hard.push(item);
  if (offs.some((off) => off.why && off.start < item.end && off.end > item.start)) item.clash = true;
}

function count(loads, item) {
  for (let day = dayOf(item.start); day * DAY < item.end; day += 1) {
    const minutes = Math.min(item.end, (day + 1) * DAY) - Math.max(item.start, day * DAY);
    loads.set(day, (loads.get(day) ?? 0) + minutes);
  }
}
