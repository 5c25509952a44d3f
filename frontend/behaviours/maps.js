/* An address opens in the person's own maps on a phone; elsewhere the link leads to the map in the browser. Nothing is
   asked of either before it is pressed. */
import { on } from "../lib/dom.js";

const hasThumb = () => matchMedia("(pointer: coarse)").matches;
const isApple = /iPhone|iPad|iPod|Macintosh/.test(navigator.userAgent);

on("click", "a[data-place]", (event, link) => {
  if (!hasThumb()) return;
  event.preventDefault();
  const place = encodeURIComponent(link.dataset.place);
  location.href = isApple ? `maps:?q=${place}` : `geo:0,0?q=${place}`;
});
