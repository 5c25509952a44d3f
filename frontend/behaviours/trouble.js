/* What goes wrong stays where the work is: under the top line, until it is put away or the next thing works. */
import { fragment, glyph, make, on, say, uniqueId } from "../lib/dom.js";

// These answers are made for the place they were asked from: a form with its errors, a conflict to decide.
const MEANT = [409, 422];

function show(...nodes) {
  const close = make("button", { type: "button", class: "btn btn-ghost btn-ic", "aria-label": say("close") }, glyph("x"));
  const box = make("div", { class: "trouble-k" }, ...nodes, close);
  close.addEventListener("click", () => box.remove());
  document.getElementById("k-errors")?.replaceChildren(box);
}

function note(text) {
  return make("div", { class: "note bad" }, glyph("alert-triangle", "bad"), make("div", { class: "grow" }, text));
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (MEANT.includes(ctx.response.status)) return refuse(ctx);
  if (ctx.response.headers.get("Kartu-Again") && ctx.sourceElement.closest(".drawer")) return; // goes on in its drawer
  if (ctx.request.method === "GET" && ctx.response.status !== 401) return; // the note fills the place that stays empty
  ctx.target = document.getElementById("k-errors");
  ctx.swap = "innerHTML";
  ctx.select = null;
});

/* A refusal is a sentence, never a piece of the page: it stands beside what was pressed or typed, which stays. So does
   what is wrong with a form whose answer takes no place (hx-swap="none"). */
function refuse(ctx) {
  const isSentence = saysASentence(ctx.response);
  if (!isSentence && ctx.swap !== "none") return;
  ctx.swap = "none";
  if (ctx.response.headers.get("HX-Reswap") === "none") return; // a toast says it
  const text = isSentence ? ctx.text : fragment(ctx.text).querySelector("[data-errors], .hint.bad")?.textContent.trim();
  sayBeside(ctx.sourceElement, text || say("failed"));
}

const saysASentence = ({ headers }) => headers.get("Content-Type")?.startsWith("text/plain");

const ROW = ".li, .note, .qacts-k";
const refusals = new WeakMap(); // place -> the line that stands beside it

function sayBeside(source, text) {
  const form = source.matches("form") ? source : null;
  const place = form ?? (source.closest("[data-bulk]") ? null : source.closest(ROW));
  if (!place && !source.closest(".drawer")) return show(note(text));
  forget(place);
  const line = make("div", { class: "hint bad refused-k", id: uniqueId("refused"), role: "alert" }, glyph("alert-circle"), make("span", {}, text));
  if (place) refusals.set(place, line);
  if (place?.matches(".qacts-k")) place.append(line);
  else if (place) place.after(line);
  else source.closest(".drawer").querySelector(".body, .dh").prepend(line);
  const field = form?.querySelector("input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select");
  if (!field) return;
  field.classList.add("err");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", line.id);
  field.focus();
}

/** What was refused at `place` is being put right, or asked once more. */
function forget(place) {
  if (!refusals.has(place)) return;
  refusals.get(place).remove();
  refusals.delete(place);
  for (const field of place.querySelectorAll("[aria-invalid][aria-describedby^=refused]")) {
    field.classList.remove("err");
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

on("input", "form", (_event, form) => forget(form));
document.addEventListener("htmx:before:request", ({ detail: { ctx: { sourceElement } } }) => forget(sourceElement.closest(`form, ${ROW}`)));

/** Tell what the server refused to a request of our own. Resolves to whether it was taken. */
export async function isTaken(response) {
  if (response.ok) return true;
  const text = await response.text();
  show(...(saysASentence(response) ? [note(text)] : [fragment(text)]));
  return false;
}

document.addEventListener("htmx:error", ({ detail: { ctx, error } }) => {
  if (ctx && error instanceof TypeError) show(note(say("offline")));
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.response.status < 400) document.getElementById("k-errors")?.replaceChildren();
});

/* Requests of our own that failed: {html} of the server, or {text}. */
document.addEventListener("kartu:trouble", ({ detail }) => {
  show(...(detail.html ? [fragment(detail.html)] : [note(detail.text ?? say("failed"))]));
});
