/* Views of a list that do not fit into its line stand in a menu behind them. Whichever is on stays in sight. */
import { behaviour } from "../lib/behaviour.js";

behaviour("[data-more-views]", (more) => {
  const line = more.parentElement;
  const place = more.querySelector(".pop");
  const views = [...line.children].slice(0, [...line.children].indexOf(more));

  const isTooLong = () => line.scrollWidth > line.clientWidth;

  function fit() {
    more.before(...views);
    more.hidden = true;
    if (getComputedStyle(line).overflowX !== "visible") return; // on a phone the line is moved by a finger
    const last = views.filter((view) => !view.classList.contains("on"));
    while (isTooLong() && last.length) {
      more.hidden = false;
      place.prepend(last.pop());
    }
  }

  /* The numbers of the views come later and make them wider. */
  const watch = new ResizeObserver(() => more.open || fit());
  for (const each of [line, ...views]) watch.observe(each);
  return () => watch.disconnect();
});
