/* One toast at a time: what is done, Undo, 10 s, which stop while the pointer or the focus is on it. */
import { behaviour } from "../lib/behaviour.js";
import { dispatch, make, on, say } from "../lib/dom.js";
import { send } from "../lib/http.js";

const SECONDS = 10;
let current = null;

export function toast(text, undo = null, more = null) {
  const told = { class: "toast-k", "data-toast": true, "data-undo": undo, "data-more": more };
  const box = make("div", told, make("span", { class: "grow" }, text));
  document.getElementById("k-toasts")?.replaceChildren(box);
}

/** Undo what the toast on the screen tells of; false when there is none. */
export function undoLast() {
  const button = current?.querySelector("[data-undo-now]");
  button?.click();
  return Boolean(button);
}

async function takeBack(box) {
  const url = box.dataset.undo;
  box.remove();
  const response = await send(url);
  if (!response.ok) dispatch(document.body, "kartu:trouble", { html: await response.text() });
}

behaviour("[data-toast]", (box) => {
  if (current && current !== box) current.remove();
  current = box;
  let left = SECONDS;
  let paused = false;
  const clock = make("span", { class: "xs tn", "aria-hidden": "true" });
  const show = () => (clock.textContent = say("seconds", { count: left }));
  if (box.dataset.more) {
    box.append(make("a", { class: "link b6", href: box.dataset.more, "data-drawer": true }, say("which")));
  }
  if (box.dataset.undo) {
    const undo = make("button", { type: "button", class: "link b6", "data-undo-now": true }, say("undo"));
    undo.addEventListener("click", () => takeBack(box));
    box.append(undo);
  }
  box.append(clock);
  show();
  const hold = (state) => () => (paused = state);
  for (const type of ["mouseenter", "focusin"]) box.addEventListener(type, hold(true));
  for (const type of ["mouseleave", "focusout"]) box.addEventListener(type, hold(false));
  const timer = setInterval(() => {
    if (paused) return;
    left -= 1;
    if (left <= 0) box.remove();
    else show();
  }, 1000);
  return () => {
    clearInterval(timer);
    if (current === box) current = null;
  };
});

document.addEventListener("kartu:toast", ({ detail }) => toast(detail.text, detail.undo, detail.more));

on("click", "[data-copy]", async (_event, element) => {
  await navigator.clipboard.writeText(element.dataset.copy);
  toast(say("copied"));
});
