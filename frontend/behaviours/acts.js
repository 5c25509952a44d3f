/* data-act: the words that a button can carry instead of an address. */
import { on } from "../lib/dom.js";
import { closeDrawer } from "./drawers.js";
import { openPalette } from "./palette.js";

const ACTS = {
  print: () => window.print(),
  reload: () => location.reload(),
  back: () => (history.length > 1 ? history.back() : location.assign("/")),
  close: (button) => closeDrawer(button.closest(".drawer")) || ACTS.back(),
  find: () => openPalette(),
};

on("click", "[data-act]", (event, button) => {
  event.preventDefault();
  ACTS[button.dataset.act]?.(button);
});
