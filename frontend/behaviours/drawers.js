/* Pages at the side. `<a href data-drawer>` opens its page in a drawer over the last one; what lies below keeps its
   half-filled state and cannot be reached meanwhile. Esc, Back and a saved form close the top one. */
import htmx from "htmx.org";

import { dispatch, glyph, make, on, say, uniqueId } from "../lib/dom.js";
import { ask } from "./ask.js";
import { selection } from "./list.js";

const HEADER = "X-Kartu-Drawer";
const MOST = 3;
const stack = []; // {root, href, opener, take, done, forWhat, isTyped, next}
let expectedPops = 0;

const holder = () => document.getElementById("k-drawers");
const top = () => stack[stack.length - 1];

/** Open the page at `href` at the side. `take(record)` gets {id, label} when the drawer saves one,
    `done()` is called when it closes. */
export function openDrawer(href, { opener = document.activeElement, forWhat = "", take = null, done = null } = {}) {
  if (stack.length === MOST) return location.assign(href);
  const root = make("section", { class: `drawer${stack.length ? ` d${stack.length + 1}` : ""}`, role: "dialog", tabindex: "-1" });
  root.setAttribute("aria-modal", "true");
  root.setAttribute("aria-label", say("loading"));
  root.append(make("div", { class: "dh" }, make("span", { class: "grow" })), waiting());
  if (!stack.length) holder().append(make("div", { class: "scrim" }));
  holder().append(root);
  stack.push({ root, href, opener, take, done, forWhat, isTyped: false, next: "close" });
  fence();
  history.pushState({ htmx: true, drawers: stack.length }, "");
  root.focus();
  return load(top());
}

function waiting() {
  const line = () => make("div", { class: "row-x" }, make("span", { class: "skel w2" }));
  return make("div", { class: "pad skels slow" }, line(), line(), line());
}

async function load(drawer) {
  drawer.isTyped = false;
  await htmx.ajax("GET", drawer.href, { source: drawer.root, target: drawer.root, swap: "innerHTML" });
}

/** Close `root`, or the top drawer. Asks first when something was typed. False when there is none to close. */
export function closeDrawer(root = top()?.root) {
  const drawer = stack.find((each) => each.root === root);
  if (!drawer) return false;
  if (drawer.isTyped) askToLeave().then((agreed) => agreed && drop(drawer));
  else drop(drawer);
  return true;
}

export const hasDrawer = () => stack.length > 0;

function askToLeave() {
  return ask(say("leave"), { yes: say("leave_yes"), no: say("leave_no"), isDangerous: true });
}

/** Take `drawer` and all above it off the page. `isBack`: the browser has left their places in its history already. */
function drop(drawer, isBack = false) {
  const count = stack.length - stack.indexOf(drawer);
  for (const gone of stack.splice(-count)) {
    gone.root.remove();
    gone.done?.();
  }
  if (!stack.length) holder().replaceChildren();
  fence();
  if (!isBack) {
    expectedPops += 1;
    history.go(-count);
  }
  const target = drawer.opener?.isConnected ? drawer.opener : (top()?.root ?? document.getElementById("main"));
  target.focus({ preventScroll: true });
}

/** Only the top drawer can be reached by pointer, Tab and screen reader. */
function fence() {
  const below = stack.slice(0, -1).map((drawer) => drawer.root);
  for (const part of document.querySelectorAll(".nav-k, .mbar, .sheet > .top, #main")) part.inert = stack.length > 0;
  for (const root of below) root.inert = true;
  if (top()) top().root.inert = false;
}

window.addEventListener("popstate", (event) => {
  const depth = event.state?.drawers ?? 0;
  if (!expectedPops && depth >= stack.length) return;
  event.stopImmediatePropagation(); // or htmx, where it listens here, would fetch the whole page anew
  if (expectedPops) {
    expectedPops -= 1;
    return;
  }
  const drawer = stack[depth];
  if (!stack.slice(depth).some((each) => each.isTyped)) {
    drop(drawer, true);
    return;
  }
  history.pushState({ htmx: true, drawers: stack.length }, "");
  askToLeave().then((agreed) => agreed && drop(drawer));
});

/* Where there is a Navigation API htmx listens there, takes every step back over and loses the focus. */
window.navigation?.addEventListener("navigate", (event) => {
  const isOurs = expectedPops > 0 || stack.length > 0;
  if (event.navigationType === "traverse" && isOurs && event.destination.sameDocument) event.stopImmediatePropagation();
});

on("click", "a[data-drawer]", (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openDrawer(selection.addTo(link), { opener: link, forWhat: link.dataset.drawerFor });
});

on("click", "#k-drawers > .scrim", () => closeDrawer());

document.addEventListener("input", ({ target }) => {
  const drawer = stack.find((each) => each.root.contains(target));
  if (drawer && target.closest("form[method=post]")) drawer.isTyped = true;
});

/* Forms in a drawer post from it and come back into it, unless they say otherwise. */
document.addEventListener("htmx:before:process", ({ target }) => {
  if (!target.closest?.(".drawer")) return;
  const forms = [...target.querySelectorAll("form"), ...(target.matches("form") ? [target] : [])];
  for (const form of forms) {
    if (form.method !== "post" || form.matches("[hx-post], [hx-boost]")) continue;
    form.setAttribute("hx-boost", '{"target": "closest .drawer", "push": "false"}');
  }
});

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.closest?.(".drawer")) ctx.request.headers[HEADER] = "1";
});

document.addEventListener("htmx:before:settle", ({ target }) => {
  const drawer = stack.find((each) => each.root === target);
  if (drawer) keepIdsApart(drawer.root);
});

const REFERENCES = ["for", "aria-describedby", "aria-labelledby", "aria-controls", "data-tabs", "data-into", "list", "form"];

/** A drawer may hold the same form as the page below: ids that stand there too get a name of their own. */
function keepIdsApart(root) {
  const others = new Set([...document.querySelectorAll("[id]")].filter((each) => !root.contains(each)).map(({ id }) => id));
  const renamed = new Map();
  for (const element of root.querySelectorAll("[id]")) {
    if (!others.has(element.id)) continue;
    renamed.set(element.id, uniqueId(element.id));
    element.id = renamed.get(element.id);
  }
  if (!renamed.size) return;
  for (const name of REFERENCES) {
    for (const element of root.querySelectorAll(`[${name}]`)) {
      const ids = element.getAttribute(name).split(" ").map((id) => renamed.get(id) ?? id);
      element.setAttribute(name, ids.join(" "));
    }
  }
  for (const name of ["href", "hx-target", "hx-include", "hx-indicator"]) {
    for (const element of root.querySelectorAll(`[${name}^="#"]`)) {
      const id = element.getAttribute(name).slice(1);
      if (renamed.has(id)) element.setAttribute(name, `#${renamed.get(id)}`);
    }
  }
}

document.addEventListener("htmx:after:settle", ({ target }) => {
  const drawer = stack.find((each) => each.root === target);
  if (drawer) settle(drawer);
});

function settle({ root, forWhat }) {
  if (!root.querySelector(".dh")) root.prepend(plainHead());
  const heading = root.querySelector(".dh h2");
  if (heading) {
    heading.id ||= uniqueId("drawer");
    root.removeAttribute("aria-label");
    root.setAttribute("aria-labelledby", heading.id);
  }
  const depth = stack.findIndex((each) => each.root === root) + 1;
  const number = root.querySelector("[data-depth]");
  if (number) {
    number.textContent = depth;
    number.hidden = depth < 2;
  }
  const purpose = root.querySelector("[data-for]");
  if (purpose) purpose.textContent = forWhat ?? "";
  const first = "[data-errors], [aria-invalid=true], [autofocus], .body input:not([type=hidden]), .body select, .body textarea";
  (root.querySelector(first) ?? root).focus({ preventScroll: true });
}

/** A head for what is no drawer: an error in the place of the page that was asked for. */
function plainHead() {
  const close = make("button", { type: "button", class: "btn btn-ghost btn-ic", "data-act": "close", "aria-label": say("close") });
  close.append(glyph("x"));
  return make("div", { class: "dh" }, make("span", { class: "grow" }), close);
}

document.addEventListener("kartu:saved", (event) => {
  const drawer = stack.find((each) => each.root.contains(event.target));
  if (!drawer) return;
  const { detail } = event;
  drawer.isTyped = false;
  if (drawer.next === "stay" || drawer.next === "new") {
    if (drawer.next === "stay") drawer.href = detail.url;
    drawer.next = "close";
    load(drawer);
  } else {
    drop(drawer);
  }
  drawer.take?.(detail);
  dispatch(document.body, "kartu:changed", { kind: detail.kind, id: detail.id });
});

/** What Ctrl S, Ctrl Enter and Ctrl Alt Enter do after saving: "stay", "close" or "new". */
export function saveTop(next) {
  const drawer = top();
  const form = (drawer?.root ?? document.getElementById("main")).querySelector("form.form-k, form[method=post]");
  if (!form) return false;
  if (drawer) drawer.next = next;
  const button = form.querySelector("[type=submit].btn-primary, button.btn-primary");
  form.requestSubmit(button);
  return true;
}

if (history.state?.drawers) history.replaceState({ ...history.state, drawers: 0 }, "");
