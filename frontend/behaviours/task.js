/* A task that stands open: what a colleague changes is seen to change, and a form over it says which of its fields are
   not as they were. Nothing that is typed, chosen or sent just now is touched. */
import { behaviour } from "../lib/behaviour.js";
import { dispatch, fragment, glyph, make, say } from "../lib/dom.js";
import { get } from "../lib/http.js";

const MOVED = "kartu:live:planner.moved";

/** Whether a message concerns one of `tasks` ("3,17"); one without numbers tells of very many. */
function concerns(tasks, { detail }) {
  const told = detail.tasks ?? [];
  return !told.length || tasks.split(",").some((id) => told.includes(Number(id)));
}

function hear(element, handler) {
  document.body.addEventListener(MOVED, handler);
  return () => document.body.removeEventListener(MOVED, handler);
}

behaviour("[data-task-page]", (page) => {
  let waits = false;
  const renew = () => {
    waits = Boolean(page.querySelector("details[open]")); // a list that somebody is choosing from stays
    if (waits) return;
    dispatch(page, "kartu:renew");
    const files = page.querySelector(".files-small");
    if (files && !files.querySelector(".drop-l > *")) dispatch(files, "kartu:renew");
  };
  page.addEventListener("toggle", () => waits && renew(), true);
  return hear(page, (event) => concerns(page.querySelector("[data-tasks]").dataset.tasks, event) && renew());
});

/* The line of a checklist that was taken is there to be seen; the next one is typed. */
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches("[data-task-page] form") && ctx.response.status < 400) ctx.sourceElement.reset();
});

behaviour("form[data-form-of-task]", (form) =>
  hear(form, async (event) => {
    if (!form.elements.base || !concerns(form.dataset.formOfTask, event)) return;
    const response = await get(form.action).catch(() => null);
    if (!response?.ok) return;
    const now = fragment(await response.text()).querySelector("form[data-form-of-task] [name=base]");
    if (now && form.isConnected) tellWhatChanged(form, JSON.parse(form.elements.base.value), JSON.parse(now.value));
  }),
);

function tellWhatChanged(form, seen, now) {
  for (const mark of form.querySelectorAll(".changed-k")) mark.remove();
  for (const [column, value] of Object.entries(now)) {
    if (JSON.stringify(value) === JSON.stringify(seen[column])) continue;
    const found = form.elements[column] ?? form.elements[column.replace(/_id$/, "")];
    const control = found instanceof RadioNodeList ? found[0] : found;
    const place = control?.closest(".fg > *");
    place?.append(make("div", { class: "hint warn changed-k", role: "status" }, glyph("users"), make("span", {}, say("changed_meanwhile"))));
    const folded = place?.closest("details");
    if (folded) folded.open = true;
  }
}
