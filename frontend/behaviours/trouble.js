/* What goes wrong stays where the work is: under the top line, until it is put away or the next thing works. */
import { fragment, glyph, make, say } from "../lib/dom.js";

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
  if (MEANT.includes(ctx.response.status)) return;
  if (ctx.response.headers.get("Kartu-Again") && ctx.sourceElement.closest(".drawer")) return; // goes on in its drawer
  if (ctx.request.method === "GET" && ctx.response.status !== 401) return; // the note fills the place that stays empty
  ctx.target = document.getElementById("k-errors");
  ctx.swap = "innerHTML";
  ctx.select = null;
});

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
