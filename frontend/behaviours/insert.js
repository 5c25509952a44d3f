/* A button that writes its words into a text where the cursor stands: [data-insert="…"][data-into="id of the text"];
   with data-instead in place of what stands there. */
import { on } from "../lib/dom.js";

on("click", "[data-insert]", (_event, button) => {
  const field = document.getElementById(button.dataset.into);
  if (!field) return;
  if ("instead" in button.dataset) field.select();
  const { selectionStart: from, selectionEnd: to, value } = field;
  const before = from && !/[\s(]$/.test(value.slice(0, from)) ? " " : "";
  const after = /^[\s),]/.test(value.slice(to)) || to === value.length ? "" : " ";
  field.focus();
  field.setRangeText(`${before}${button.dataset.insert}${after}`, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
