/* A notice that comes while the page is open: a note in the corner, which tells the server that it was shown. */
import { glyph, make, say } from "../lib/dom.js";
import { csrf, send } from "../lib/http.js";

const SECONDS = 20;
const MOST = 3;
const waiting = [];

/** /bell/17/shown/, beside the address of the bell's list. */
const addressOf = (id, verb) => `${document.querySelector("[data-bell]").dataset.piece}${id}/${verb}/`;

document.addEventListener("kartu:live", ({ detail: { kind, data } }) => {
  if (kind !== "bell" || !data.id || !document.querySelector("[data-bell]")) return;
  waiting.push(data);
  showWaiting();
});
document.addEventListener("visibilitychange", showWaiting);

/** Only what somebody can see counts as shown. */
function showWaiting() {
  if (document.hidden) return;
  for (const notice of waiting.splice(0)) show(notice);
}

function show({ id, title, text, url, needs_ack, buttons = [] }) {
  const place = document.getElementById("k-popups");
  const head = url ? make("a", { class: "ink b5", href: url }, title) : make("b", { class: "b5" }, title);
  const close = make("button", { type: "button", class: "btn btn-ghost btn-ic", "aria-label": say("close") }, glyph("x"));
  const acts = make("div", { class: "row-x acts" });
  const words = make("div", { class: "grow" }, head, text ? make("div", { class: "xs t2" }, text) : null, acts);
  const box = make("div", { class: "popup-k pop", role: "status" }, glyph("bell", "acc"), words, close);
  close.addEventListener("click", () => box.remove());
  /** A button that answers, by sending `data` to `address`, and closes the note. */
  const answer = (label, address, data) => {
    const button = make("button", { type: "button", class: "btn" }, label);
    button.addEventListener("click", () => {
      box.remove();
      send(address, { data: { ...data, where: "popup" } });
    });
    acts.append(button);
  };
  if (needs_ack) answer(say("i_know"), addressOf(id, "known"));
  for (const { label, url: address, posts } of buttons) {
    if (posts) answer(label, address);
    else acts.append(make("a", { class: "btn", href: address }, label));
  }
  if (needs_ack || buttons.length) answer(say("later_5"), addressOf(id, "later"), { for: "5m" });
  // By fetch and kept alive, for the page is left in the same moment.
  const follow = () => fetch(addressOf(id, "follow"), { method: "POST", headers: csrf(), keepalive: true });
  if (url) head.addEventListener("click", follow);
  place.append(box);
  while (place.children.length > MOST) place.firstElementChild.remove();
  send(addressOf(id, "shown"));
  leaveLater(box);
}

function leaveLater(box) {
  let left = SECONDS;
  const timer = setInterval(() => {
    if (!box.isConnected) return clearInterval(timer);
    if (box.matches(":hover, :focus-within") || document.hidden) return;
    left -= 1;
    if (left <= 0) box.remove();
  }, 1000);
}
