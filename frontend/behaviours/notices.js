/* What the bell tells while the page is open: a note on the screen, reported back as shown and as followed. */
import { make } from "../lib/dom.js";
import { csrf, send } from "../lib/http.js";

const bell = (id, what) => `${document.querySelector("[data-bell]").dataset.piece}${id}/${what}/`;

function words({ id, title, text, url }) {
  const inner = [make("b", { class: "b5" }, title), text ? ` ${text}` : null];
  if (!url) return make("span", { class: "grow" }, ...inner);
  const link = make("a", { class: "grow", href: url }, ...inner);
  // By fetch and kept alive, for the page is left in the same moment.
  link.addEventListener("click", () => fetch(bell(id, "follow"), { method: "POST", headers: csrf(), keepalive: true }));
  return link;
}

document.addEventListener("kartu:live", ({ detail: { kind, data } }) => {
  const place = document.getElementById("k-toasts");
  if (kind !== "bell" || !data.title || !place || !document.querySelector("[data-bell]")) return;
  place.replaceChildren(make("div", { class: "toast-k", "data-toast": true }, words(data)));
  send(bell(data.id, "shown"));
});
