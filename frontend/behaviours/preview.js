/* A look without leaving: data-preview is fetched into a pop-over after 400 ms of hovering, or by Space. */
import htmx from "htmx.org";

import { behaviour } from "../lib/behaviour.js";
import { fragment, make, on, say } from "../lib/dom.js";
import { get } from "../lib/http.js";

const WAIT = 400;
const LEAVE = 200;
const GAP = 6;
const kept = new Map(); // url -> html, for this page only
let box = null;
let timer = 0;

on("pointerover", "[data-preview]", (event, element) => {
  if (event.pointerType !== "mouse" || box?.owner === element) return;
  clearTimeout(timer);
  timer = setTimeout(() => open(element, event.clientX), WAIT);
});
on("pointerout", "[data-preview], .look-k", (event) => {
  if (event.relatedTarget?.closest?.("[data-preview], .look-k")) return;
  clearTimeout(timer);
  timer = setTimeout(close, LEAVE);
});
on("pointerover", ".look-k", () => clearTimeout(timer));

/** Look at `element` (a row or a link), or put the look away; false when there is nothing to look at. */
export function lookAt(element) {
  const owner = element.matches("[data-preview]") ? element : element.querySelector("[data-preview]");
  if (!owner) return false;
  if (box?.owner === owner) close();
  else open(owner);
  return true;
}

async function open(owner, x = null) {
  const url = owner.dataset.preview;
  const html = kept.get(url) ?? (await fetched(url));
  if (!html || !owner.isConnected) return;
  close();
  const node = make("div", { class: "look-k pop", role: "dialog", "aria-label": say("key_look") });
  node.append(fragment(html));
  (owner.closest(".drawer") ?? document.body).append(node);
  htmx.process(node);
  box = { owner, node };
  place(node, owner, x);
}

async function fetched(url) {
  const response = await get(url);
  if (!response.ok) return null;
  const html = await response.text();
  kept.set(url, html);
  return html;
}

function place(node, owner, x) {
  const around = owner.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = node;
  const left = Math.max(GAP, Math.min((x ?? around.left) + GAP, innerWidth - width - GAP));
  const below = around.bottom + GAP;
  const top = below + height > innerHeight ? Math.max(GAP, around.top - height - GAP) : below;
  // By the CSSOM, which the content policy allows; a style attribute it would not.
  node.style.left = `${left}px`;
  node.style.top = `${top}px`;
}

function close() {
  box?.node.remove();
  box = null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && box) {
    close();
    event.preventDefault();
  }
}, true);
document.addEventListener("scroll", close, true);
document.addEventListener("kartu:changed", () => kept.clear());
behaviour("[data-preview]", (element) => () => box?.owner === element && close());
