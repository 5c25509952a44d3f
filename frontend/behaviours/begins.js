/* What is wider than the screen begins with what matters in it: <div data-begins-at=".now"> shows its first such piece. */
import { behaviour } from "../lib/behaviour.js";

behaviour("[data-begins-at]", (wide) => {
  const piece = wide.querySelector(wide.dataset.beginsAt);
  const hidden = piece ? piece.getBoundingClientRect().right - wide.getBoundingClientRect().right : 0;
  if (hidden > 0) wide.scrollLeft += hidden + piece.offsetWidth * 4;
});
