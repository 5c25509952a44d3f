/* The window in which the minutes are typed. */
import { make, uniqueId } from "../lib/dom.js";
import { DAY } from "./clock.js";

/** Ask where exactly `carry` is to be put; true once it is set there, "free" where a booking is given back. */
export function askExact(timeline, carry) {
  const { clock, store, words } = timeline;
  const hhmm = (local) => new Date(local * 60_000).toISOString().slice(11, 16);
  const date = make("input", { type: "date", class: "form-control", required: true, value: clock.iso(carry.start) });
  const from = make("input", { type: "time", class: "form-control", required: true, value: hhmm(carry.start) });
  const until = make("input", { type: "time", class: "form-control", required: true, value: hhmm(carry.end) });
  const options = store.rows.filter((_row, index) => carry.fits(index));
  const who = make("select", { class: "form-select" }, ...options.map((row) => make("option", { value: row.id }, row.name)));
  who.value = store.rows[carry.index]?.id ?? "";
  const length = carry.end - carry.start;
  from.addEventListener("change", () => {
    if (from.value) until.value = hhmm(clock.fromIso(date.value, from.value) + length);
  });
  const save = make("button", { class: "btn btn-primary", value: "save" }, words.put_here);
  const cancel = make("button", { class: "btn btn-ghost", value: "", formnovalidate: true }, words.cancel);
  const times = make("div", { class: "g2" }, field(words.from, from), field(words.until, until));
  const isBooking = store.rows.find((row) => row.id === carry.held.row)?.kind === "resource";
  const free = isBooking ? make("button", { class: "btn btn-ghost", value: "free", formnovalidate: true }, words.give_back) : null;
  const form = make("form", { method: "dialog", class: "tl-exact" });
  form.append(make("b", { class: "b6 cut" }, carry.held.title), field(words.date, date), times);
  if (store.rows.length > 1) form.append(field(words.who, who));
  form.append(make("div", { class: "row-x" }, free, make("span", { class: "grow" }), cancel, save));
  const box = make("dialog", { class: "pop tl-exact-k", "aria-label": words.exact }, form);
  document.body.append(box);
  box.showModal();
  from.focus();
  return new Promise((resolve) => {
    box.addEventListener("close", () => {
      box.remove();
      if (box.returnValue !== "save") return resolve(box.returnValue === "free" && "free");
      set(carry, timeline, clock.fromIso(date.value, from.value), clock.fromIso(date.value, until.value), who.value);
      resolve(true);
    });
  });
}

function set(carry, { store }, start, end, row) {
  carry.mode = "move";
  carry.start = start;
  carry.end = end > start ? end : end + DAY;
  carry.toRow(store.rows.findIndex((each) => each.id === row));
}

function field(label, control) {
  control.id = uniqueId("exact");
  return make("div", { class: "fg" }, make("label", { for: control.id }, label), control);
}
