/* A value edited where it stands: a click or Enter opens the field, Enter or leaving saves, Esc gives up, Tab goes on. */
import htmx from "htmx.org";

import { fragment, make, on, say, uniqueId } from "../lib/dom.js";
import { get, send } from "../lib/http.js";

const TYPES = { text: "text", number: "text", date: "date" };
const SAID = 2000;

on("click", "[data-edit] .edit-b", (_event, button) => start(button.closest("[data-edit]")));
on("click", "[data-edit] .edit-v", (event, value) => {
  if (!event.target.closest("a, button") && getSelection().isCollapsed) start(value.closest("[data-edit]"));
});

async function start(box) {
  if (box.querySelector(".edit-f")) return;
  const control = await controlFor(box);
  control.classList.add("edit-c");
  const message = make("span", { class: "hint bad", id: uniqueId("edit"), role: "alert" });
  const field = make("span", { class: "edit-f" }, control, message);
  const editing = { box, control, field, message, was: control.value, isSaving: false };
  box.classList.add("is-open");
  box.append(field);
  control.focus();
  control.select?.();
  field.addEventListener("keydown", (event) => steer(event, editing));
  field.addEventListener("focusout", ({ relatedTarget }) => {
    if (!field.contains(relatedTarget)) save(editing);
  });
  if (control.matches("select")) control.addEventListener("change", () => save(editing));
}

async function controlFor(box) {
  const { edit, name, value, label, url } = box.dataset;
  const common = { name, "aria-label": label, class: "form-control" };
  if (edit === "multiline") {
    const area = make("textarea", { ...common, rows: "3" });
    area.value = value;
    return area;
  }
  if (edit === "piece") {
    const response = await get(url);
    const control = fragment(await response.text()).querySelector("input, select, textarea");
    if (control.dataset.version !== undefined) box.dataset.version = control.dataset.version; // what is seen now
    return control;
  }
  const number = edit === "number" ? { inputmode: "decimal" } : {};
  return make("input", { ...common, ...number, type: TYPES[edit], value, autocomplete: "off" });
}

function steer(event, editing) {
  if (event.key === "Escape") {
    event.preventDefault();
    close(editing);
    editing.box.querySelector(".edit-b").focus();
  } else if (event.key === "Enter" && (!editing.control.matches("textarea") || event.ctrlKey)) {
    event.preventDefault();
    save(editing, { keepsFocus: true });
  } else if (event.key === "Tab") {
    const next = neighbour(editing.box, event.shiftKey ? -1 : 1);
    if (!next) return;
    event.preventDefault();
    save(editing).then((isGone) => isGone && start(next));
  }
}

function neighbour(box, step) {
  const around = box.closest("[data-list], .kv, .sect, form, main") ?? document;
  const all = [...around.querySelectorAll("[data-edit]")];
  return all[all.indexOf(box) + step];
}

function close(editing) {
  const { box, field } = editing;
  editing.isClosed = true; // taking the field away makes it lose the focus, which must not save
  box.classList.remove("is-open", "is-saving");
  field.remove();
}

/** Resolves to true when the field is gone: nothing was changed, or it is saved. */
async function save(editing, { keepsFocus = false, keep = "" } = {}) {
  const { box, control } = editing;
  if (editing.isSaving || editing.isClosed) return Boolean(editing.isClosed);
  if (control.value === editing.was && !keep) {
    close(editing);
    if (keepsFocus) box.querySelector(".edit-b").focus();
    return true;
  }
  editing.isSaving = true;
  box.classList.add("is-saving");
  const data = { [box.dataset.name]: control.value, base: box.dataset.value ?? "", version: box.dataset.version, keep };
  try {
    const response = await send(box.dataset.url, { data, source: box });
    const text = await response.text();
    if (response.ok) return saved(editing, text, keepsFocus);
    if (response.status === 409) decide(editing, text);
    else refuse(editing, response.status === 422 ? text : say("failed"));
  } catch {
    refuse(editing, say("offline"));
  } finally {
    editing.isSaving = false;
    box.classList.remove("is-saving");
  }
  return false;
}

function saved(editing, html, keepsFocus) {
  const { box } = editing;
  editing.isClosed = true;
  const next = fragment(html).querySelector("[data-edit]");
  box.replaceWith(next);
  htmx.process(next);
  const mark = make("span", { class: "edit-ok xs ok", role: "status" }, say("saved"));
  next.append(mark);
  setTimeout(() => mark.remove(), SAID);
  if (keepsFocus) next.querySelector(".edit-b").focus();
  return true;
}

/** The value stays in the field with the reason beside it. */
function refuse({ control, message }, reason) {
  control.classList.add("err");
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", message.id);
  message.textContent = reason;
}

function decide(editing, html) {
  const { field } = editing;
  field.querySelector("[data-conflict]")?.remove();
  const conflict = fragment(html).querySelector("[data-conflict]");
  field.append(conflict);
  conflict.addEventListener("click", ({ target }) => {
    const choice = target.closest("[data-keep]")?.dataset.keep;
    if (!choice) return;
    editing.box.dataset.version = conflict.dataset.version;
    if (choice === "mine") {
      save(editing, { keep: "mine", keepsFocus: true });
      conflict.remove(); // after: it takes the focus with it, and that alone would save
    } else {
      editing.isClosed = true;
      editing.box.replaceWith(conflict.querySelector("template[data-theirs]").content);
    }
  });
}
