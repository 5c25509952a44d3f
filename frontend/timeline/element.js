/* <kartu-timeline>: people and rooms below one another, time to the right. What the server sends and hears is told in
   kartu/planner/views/scheduler.py. */
import { openDrawer } from "../behaviours/drawers.js";
import { toast } from "../behaviours/toasts.js";
import { dispatch, make } from "../lib/dom.js";
import { tell } from "../lib/http.js";
import { Axis, NARROWEST, WIDEST } from "./axis.js";
import { Carry } from "./carry.js";
import { Clock, DAY, dayOf } from "./clock.js";
import { askExact } from "./exact.js";
import { startKeyboard } from "./keyboard.js";
import { saidBy, sendMoves } from "./placing.js";
import { Plane } from "./plane.js";
import { startPointer } from "./pointer.js";
import { Store } from "./store.js";
import { buildToolbar } from "./toolbar.js";
import { buildTray } from "./tray.js";

const BEFORE = 200; // days that can be scrolled back before the timeline begins anew elsewhere
const AFTER = 400;
const REFRESH = 60_000;
const SETTLED = 1000; // ms after which a zoom is one to be remembered
const HUES = 6;
const PHONE = 768;

class Timeline extends HTMLElement {
  selection = new Set();
  carry = null;

  connectedCallback() {
    if (this.plane) return;
    this.config = JSON.parse(document.getElementById(this.dataset.config).textContent);
    this.words = this.config.words;
    this.clock = new Clock(this.config.offsets ?? [], document.documentElement.lang);
    const fitting = window.innerWidth < PHONE ? 3 : 7;
    this.days = this.config.days ? Math.min(this.config.days, window.innerWidth < PHONE ? fitting : Infinity) : fitting;
    this.snap = this.config.snap ?? 15;
    this.colours = this.config.colours ?? "kind";
    this.kinds = new Map((this.config.kinds ?? []).map((kind) => [kind.key, kind]));
    this.day = this.config.day ? this.clock.fromIso(this.config.day) : dayOf(this.clock.now()) * DAY;
    this.#newAxis();
    this.store = new Store(this.dataset.url, this.clock, () => this.arrived(), (error) => this.trouble(error));
    this.plane = new Plane(this);
    this.toolbar = buildToolbar(this);
    this.tray = buildTray(this);
    this.live = make("div", { class: "visually-hidden", "aria-live": "polite", "data-said": true });
    const split = make("div", { class: "tl-split" }, this.tray.node, this.plane.scroll);
    this.append(this.toolbar.node, split, this.live);
    this.classList.toggle("has-tray", this.tray.isOpen);
    this.cleanups = [startPointer(this), startKeyboard(this), this.#listen()];
    this.plane.resized();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (!this.isConnected) for (const clean of this.cleanups ?? []) clean();
    });
  }

  #newAxis() {
    const whole = this.axis?.isWhole ?? Boolean(this.config.whole);
    const [from, to] = this.config.hours ?? [7 * 60, 21 * 60];
    const width = this.axis?.dayWidth;
    this.axis = new Axis(dayOf(this.day) - BEFORE, BEFORE + AFTER, from, to);
    this.axis.isWhole = whole;
    if (width) this.axis.dayWidth = width;
  }

  #listen() {
    const moved = ({ detail }) => {
      if (detail.kind !== "planner.moved") return;
      if (detail.data.tasks.length) this.store.look(detail.data.tasks);
      else this.store.again();
    };
    const changed = ({ detail }) => /^planner\./.test(detail.kind) && this.store.again();
    const clock = setInterval(() => this.plane.drawNow(), REFRESH);
    document.addEventListener("kartu:live", moved);
    document.body.addEventListener("kartu:changed", changed);
    return () => {
      clearInterval(clock);
      document.removeEventListener("kartu:live", moved);
      document.body.removeEventListener("kartu:changed", changed);
    };
  }

  // --- time in sight

  resized() {
    // Where the days become wider or narrower, the one in sight stays in sight.
    const { day, width } = this;
    this.width = this.plane.viewWidth;
    if (!this.isZoomed) this.axis.dayWidth = Math.max(NARROWEST, this.plane.viewWidth / this.days);
    this.plane.layout();
    if (!this.isPlaced || (!this.isZoomed && width !== this.width)) this.goTo(day);
    this.isPlaced = true;
  }

  goTo(day) {
    this.day = day;
    if (dayOf(day) < this.axis.firstDay + 30 || dayOf(day) > this.axis.firstDay + this.axis.days - 60) this.#newAxis();
    this.plane.layout();
    this.plane.scroll.scrollLeft = Math.floor(this.axis.x(day)); // rounded up, the first minutes of the day would be out of sight
    this.scrolled();
    this.plane.draw();
    this.toolbar.show();
  }

  /** What is in sight (`sight`: as the plane has just read it) is another stretch of time now. */
  scrolled(sight = null) {
    const [from, until] = sight ? this.plane.spanOf(sight) : this.plane.span;
    this.day = Math.floor((from + DAY * 0.25) / DAY) * DAY;
    this.store.want(from, until);
    this.toolbar.showPeriod();
    clearTimeout(this.loadsLater);
    if (this.isPlaced) this.loadsLater = setTimeout(() => this.plane.recount(), 200);
  }

  /** The whole days in sight. */
  get shown() {
    return [this.day, this.day + Math.max(1, Math.round(this.plane.viewWidth / this.axis.dayWidth)) * DAY];
  }

  preset(days) {
    this.days = days;
    this.isZoomed = false;
    const day = this.day;
    this.resized();
    this.goTo(day);
    this.keep({ minutes: days * DAY });
  }

  /** Nearer or farther, with what is under `clientX` staying there. */
  zoom(factor, clientX = null) {
    const { axis, plane } = this;
    const left = plane.field.getBoundingClientRect().left;
    const at = clientX ?? plane.scroll.getBoundingClientRect().left + plane.namesWidth + plane.viewWidth / 2;
    const local = axis.local(at - left);
    axis.dayWidth = Math.min(WIDEST, Math.max(NARROWEST, axis.dayWidth * factor));
    this.isZoomed = true;
    plane.layout();
    plane.scroll.scrollLeft += axis.x(local) - (at - plane.field.getBoundingClientRect().left);
    plane.draw();
    this.toolbar.show();
    this.carry?.show();
    clearTimeout(this.keepsLater);
    this.keepsLater = setTimeout(() => this.keep({ minutes: Math.round((plane.viewWidth / axis.dayWidth) * DAY) }), SETTLED);
  }

  wholeDays(isWhole) {
    const day = this.day;
    this.axis.isWhole = isWhole;
    this.goTo(day);
    this.keep({ whole: isWhole ? 1 : 0 });
  }

  arrived() {
    this.setAttribute("data-ready", "");
    for (const id of this.selection) if (!this.store.items.has(id)) this.selection.delete(id);
    this.plane.layout();
    this.tray.show();
    this.carry?.show();
    if (this.toFocus && this.store.items.has(this.toFocus)) this.focusItem(this.toFocus);
    dispatch(this, "kartu:timeline");
  }

  /** Remember how this person likes it. */
  keep(state) {
    if (this.config.keep) tell(this.config.keep, state);
  }

  // --- words and colours

  colourOf(item) {
    if (item.hidden) return "c6";
    if (this.colours === "client") return item.client_id ? `c${(Number(item.client_id) % HUES) + 1}` : "c6";
    if (this.colours === "state") return item.state === "done" ? "c5" : item.late ? "c4" : item.state === "waiting" ? "c3" : "c1";
    return this.kinds.get(item.kind)?.color ?? "c6";
  }

  iconOf(item) {
    return item.hidden ? "lock" : (this.kinds.get(item.kind)?.icon ?? "calendar-time");
  }

  labelOf(item) {
    const { clock, words } = this;
    const row = this.store.rows.find((each) => each.id === item.row);
    const kind = this.kinds.get(item.kind)?.label;
    const marks = [item.clash && words.clash, item.late && words.late, item.state === "done" && words.done].filter(Boolean);
    const when = `${clock.date(item.start)} ${clock.time(item.start)}–${clock.time(item.end)}`;
    return [kind, item.title, item.client !== item.title && item.client, when, row?.name, ...marks].filter(Boolean).join(", ");
  }

  /** "7.2 of 8 h" for the days in sight. */
  loadWords(row) {
    const [from, until] = this.shown;
    const { done, open } = this.store.loadOf(row.id, from, until);
    const away = this.store.offsOf(row.id).find((off) => off.why && off.start <= from && off.end >= until);
    if (away) return { text: away.why, isOver: false };
    if (row.kind !== "person") return { text: row.what ?? "", isOver: false };
    const text = this.words.of.replace("%(done)s", this.clock.hours(done)).replace("%(open)s", this.clock.hours(open));
    const isOver = done > open;
    return { text: isOver ? `${text}, ${this.words.over}` : text, isOver };
  }

  say(text) {
    this.live.textContent = text;
  }

  trouble(error) {
    dispatch(document.body, "kartu:trouble", typeof error === "string" ? { text: error } : {});
  }

  // --- items

  isCarried(id) {
    return this.carry?.items.some((item) => item.id === id) ?? false;
  }

  select(ids, isMore = false) {
    if (!isMore) this.selection.clear();
    for (const id of ids) this.selection.add(id);
    this.plane.mark();
  }

  focusItem(id) {
    this.toFocus = null;
    const item = this.store.items.get(id);
    const node = item && this.plane.reveal(item);
    if (!node) return;
    for (const other of this.plane.field.querySelectorAll(".tl-it[tabindex='0']")) other.tabIndex = -1;
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
  }

  open(item) {
    if (item.url) openDrawer(item.url, { opener: this.plane.nodeOf(item.id) ?? this });
  }

  create(row, start, end) {
    if (!this.config.create) return;
    const url = new URL(this.config.create, location.href);
    if (row.startsWith("p")) url.searchParams.set("person", row.slice(1));
    url.searchParams.set("start", this.clock.toUtc(start));
    url.searchParams.set("end", this.clock.toUtc(end));
    openDrawer(url.pathname + url.search, { opener: this });
  }

  // --- what is in the hand

  take(mode, held) {
    const together = mode === "move" && this.selection.has(held.id) ? [...this.selection].map((id) => this.store.items.get(id)) : [held];
    this.carry = new Carry(this, mode, held, together.filter((item) => item?.can_move || item === held));
    this.classList.add("is-carrying");
    this.plane.mark();
    return this.carry;
  }

  letGo() {
    this.carry?.letGo();
    this.carry = null;
    this.classList.remove("is-carrying");
    this.plane.mark();
  }

  /** Put down what is in the hand. `isAsked`: first say exactly where, as a finger cannot. */
  async drop({ isAsked = false } = {}) {
    const { carry } = this;
    if (!carry) return;
    if (carry.mode === "new") {
      this.letGo();
      return this.create(this.store.rows[carry.index].id, carry.start, carry.end);
    }
    const said = isAsked ? await askExact(this, carry) : true;
    if (!said) return this.letGo();
    const { held } = carry;
    const given = said === "free" ? [{ item: held, row: null, start: held.start, end: held.end }] : null;
    const moves = given ?? (carry.isMoved ? carry.places() : []);
    this.letGo();
    if (moves.length) await this.place(moves);
  }

  /** Type the exact minutes of `item`. */
  async exact(item) {
    if (!item.can_move) return;
    const carry = this.take("move", item);
    if (this.carry === carry) await this.drop({ isAsked: true });
  }

  async place(moves) {
    const before = moves.map(({ item }) => ({ ...item }));
    for (const { item, row, start, end } of moves) this.store.items.set(item.id, { ...item, row, start, end, isSaving: true });
    this.store.arrange();
    this.plane.layout();
    const answer = await this.#send(moves).catch(() => null);
    if (answer?.ok) {
      const said = await answer.json();
      for (const { item } of moves) this.store.items.delete(item.id);
      this.store.forget(said.items.map((item) => item.task));
      this.store.put(said.items);
      toast(said.text, said.undo);
      this.say(said.text);
    } else {
      await this.#refused(before, answer);
    }
    this.arrived();
    if (!document.querySelector("dialog[open]")) this.focusItem(moves[0].item.id);
  }

  #send(moves) {
    const { clock } = this;
    const body = moves.map(({ item, row, start, end }) => {
      const kept = item.start === start && item.end === end && item.row ? {} : { start: clock.toUtc(start), end: clock.toUtc(end) };
      return { task: item.task, row, was: item.row ?? null, version: item.version, ...kept };
    });
    return sendMoves(this.dataset.place, body);
  }

  async #refused(before, answer) {
    for (const item of before) {
      if (item.row) this.store.items.set(item.id, item);
      else this.store.items.delete(item.id);
    }
    const said = await saidBy(answer);
    this.store.put(said.items ?? []);
    this.trouble(said.text ?? "");
    this.say(said.text ?? "");
  }
}

if (!customElements.get("kartu-timeline")) customElements.define("kartu-timeline", Timeline);
