/* Forms: nothing typed is lost, nothing is sent twice. */
import { behaviour } from "../lib/behaviour.js";
import { debounce, glyph, make, newKey, on, say } from "../lib/dom.js";

const LEFT_OUT = /^(csrfmiddlewaretoken|idempotency_key)$/;
const WAIT = 500;

const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";

/* Drafts live as long as the tab: a computer is shared, and what was typed must not outlast the session. */
const placeOf = (form) => `kartu.draft.${document.body.dataset.person}.${form.dataset.draft}`;

behaviour("form[data-draft]", (form) => {
  const place = placeOf(form);
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  const isAnswer = form.querySelector("[data-errors], .err"); // the server has brought back what was sent
  // Sent and asked for anew: it has arrived. Sent and come back to: it has not.
  if (kept?.isSent && !isAnswer && !isBack) sessionStorage.removeItem(place);
  else if (kept && !isAnswer) bringBack(form, kept);
  const keep = debounce(() => keepDraft(form, place), WAIT);
  const forget = () => sessionStorage.removeItem(place);
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("kartu:saved", () => (keep.cancel(), forget()));
  form.addEventListener("submit", () => {
    keep.cancel();
    keepDraft(form, place, true);
  });
  return () => keep.cancel();
});

/* What was sent from the last page has arrived when another page answers. */
for (const [place, text] of Object.entries(sessionStorage)) {
  if (!place.startsWith("kartu.draft.") || !JSON.parse(text).isSent) continue;
  const form = [...document.querySelectorAll("form[data-draft]")].find((each) => placeOf(each) === place);
  if (!form) sessionStorage.removeItem(place);
}

function keepDraft(form, place, isSent = false) {
  const values = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !isSecret(form, name));
  const labels = [...form.querySelectorAll("kartu-picker select")].map((select) => [
    select.name, [...select.selectedOptions].map((option) => [option.value, option.label]),
  ]);
  const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  sessionStorage.setItem(place, JSON.stringify({ values, labels, time, isSent }));
  const shown = form.closest(".drawer")?.querySelector("[data-draft-time]");
  if (shown && !isSent) shown.textContent = say("draft_kept", { time });
}

const isSecret = (form, name) => LEFT_OUT.test(name) || form.querySelector(`[type=password][name="${CSS.escape(name)}"]`);

function bringBack(form, { values, labels, time }) {
  for (const [name, options] of labels ?? []) {
    const select = form.elements[name];
    select?.replaceChildren(...options.map(([value, label]) => new Option(label, value, true, true)));
    select?.closest("kartu-picker")?.show?.();
  }
  for (const field of form.elements) {
    if (!field.name || isSecret(form, field.name) || field.closest("kartu-picker") || field.type === "file") continue;
    const mine = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (/^(checkbox|radio)$/.test(field.type)) field.checked = mine.includes(field.value);
    else if (mine.length && !/^(submit|button)$/.test(field.type)) field.value = mine[0];
  }
  const afresh = make("button", { type: "button", class: "link" }, say("draft_drop"));
  const note = make("div", { class: "note info mb-3", role: "status" }, glyph("history", "acc"), make("div", { class: "grow" }, `${say("draft", { time })}. `, afresh));
  afresh.addEventListener("click", () => {
    sessionStorage.removeItem(placeOf(form));
    form.reset();
    for (const picker of form.querySelectorAll("kartu-picker")) picker.show();
    note.remove();
  });
  (form.querySelector(".body") ?? form).prepend(note);
}

/* A form is on its way once; its button keeps its width and shows that it works. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "1";
  const button = event.submitter;
  button?.classList.add("is-busy");
  button?.setAttribute("aria-busy", "true");
}, true);

export function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll(".is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement?.closest?.("form");
  if (!form) return;
  release(form);
  // What has arrived is done: the next press of a bar that stays on the page is another act.
  const key = form.elements.idempotency_key;
  if (key && ctx.request.method !== "GET" && ctx.response?.status < 400) key.value = newKey();
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

/* A button outside of every form carries a key of its own. */
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET" && !ctx.request.body?.has?.("idempotency_key")) {
    ctx.request.headers["Idempotency-Key"] = newKey();
  }
});

/* A button that posts by htmx cannot be pressed twice either. */
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (request.method === "GET" || !sourceElement.matches("button")) return;
  if (sourceElement.getAttribute("aria-busy")) return event.preventDefault();
  sourceElement.classList.add("is-busy");
  sourceElement.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  ctx.sourceElement?.classList?.remove("is-busy");
  ctx.sourceElement?.removeAttribute?.("aria-busy");
});

/* A page left with typing in it asks; a draft needs no question. */
const typed = new WeakSet();
on("input", "#main form[method=post]:not([data-draft])", (_event, form) => typed.add(form));
window.addEventListener("beforeunload", (event) => {
  const open = [...document.querySelectorAll("#main form.form-k:not([data-draft])")];
  if (open.some((form) => typed.has(form) && !form.dataset.sending)) event.preventDefault();
});

/* A form that comes back with what is wrong keeps its files, which the server cannot send back. */
let chosen = [];

document.addEventListener("submit", ({ target }) => {
  chosen = [...target.querySelectorAll("input[type=file][name]")].filter(({ files }) => files.length).map(({ name, files }) => [name, files]);
}, true);

document.addEventListener("htmx:after:settle", ({ target }) => {
  if (!chosen.length || !target.querySelector?.("[data-errors], .err, [aria-invalid=true]")) return;
  for (const [name, files] of chosen) {
    const input = target.querySelector(`input[type=file][name="${CSS.escape(name)}"]`);
    if (!input || input.files.length) continue;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

/* The way to a wrong field. */
on("click", "[data-errors] a[href^='#']", (event, link) => {
  event.preventDefault();
  document.getElementById(link.hash.slice(1))?.focus();
});
