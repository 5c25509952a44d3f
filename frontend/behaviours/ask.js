/* A question before something that cannot be undone, and before typing is thrown away. */
import { make, say } from "../lib/dom.js";

/** Ask `text`; resolves to true for `yes`. `isDangerous` makes the yes red. */
export function ask(text, { yes = say("yes"), no = say("cancel"), isDangerous = false } = {}) {
  const accept = make("button", { class: `btn ${isDangerous ? "btn-danger" : "btn-primary"}`, value: "yes" }, yes);
  const refuse = make("button", { class: "btn btn-ghost", value: "" }, no);
  const buttons = make("form", { method: "dialog", class: "row-x" }, make("span", { class: "grow" }), refuse, accept);
  const box = make("dialog", { class: "ask-k pop", "aria-label": text }, make("p", {}, text), buttons);
  document.body.append(box);
  box.showModal();
  refuse.focus();
  return new Promise((resolve) => {
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "yes");
    });
  });
}

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  const yes = ctx.sourceElement.textContent.trim() || say("yes");
  const isDangerous = ctx.sourceElement.matches(".bad, .btn-danger");
  ask(ctx.confirm, { yes, isDangerous }).then((agreed) => (agreed ? issueRequest() : dropRequest()));
});
