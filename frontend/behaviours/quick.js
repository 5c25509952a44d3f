/* The quick line of a card: choosing what happened leads on to the words. */
import { on } from "../lib/dom.js";

on("change", ".quick-k input[name=kind]", (_event, choice) => choice.form.elements.text.focus());

/* What will go along with the line. */
on("change", ".quick-k input[type=file]", (_event, field) => {
  const names = [...field.files].map((file) => file.name).join(", ");
  document.getElementById(field.dataset.names).textContent = names;
});

/* A small window of a phone: the line is longer than the place, so Enter writes on and Ctrl Enter saves. */
on("keydown", ".quick-k textarea", (event, field) => {
  if (event.key !== "Enter" || !event.ctrlKey || event.defaultPrevented) return;
  event.preventDefault();
  field.form.requestSubmit();
});
