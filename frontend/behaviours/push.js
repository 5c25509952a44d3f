/* Notes of the browser with no page open: switched on and off on the page of that; and on every page, once a visit, a
   browser that is switched on says who sits at it, so that nobody is shown another person's notices. */
import { behaviour } from "../lib/behaviour.js";
import { on, say } from "../lib/dom.js";
import { send } from "../lib/http.js";

const WORKER = "/service-worker.js";
const KNOWN = "kartu-push";
const IS_IOS = /iPhone|iPad/.test(navigator.userAgent);
const canPush = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const isInstalled = matchMedia("(display-mode: standalone)").matches;
const subscription = async () => (await (await navigator.serviceWorker.getRegistration())?.pushManager?.getSubscription()) ?? null;

let installing = null;
window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installing = event;
  for (const place of document.querySelectorAll("[data-push-install]")) place.hidden = false;
});

behaviour("[data-push]", (place) => {
  show(place);
  if (window.isSecureContext && navigator.serviceWorker) navigator.serviceWorker.register(WORKER).catch(() => undefined);
  for (const install of document.querySelectorAll("[data-push-install]")) install.hidden = !installing;
});

on("click", "button[name=push_install]", () => installing?.prompt());

on("click", "button[name=push_on]", async (_event, button) => {
  const place = button.closest("[data-push]");
  complain(place, "");
  button.disabled = true;
  try {
    await switchOn(place);
  } catch {
    complain(place, say("failed"));
  }
  button.disabled = false;
  show(place);
});

/* Whoever switches this very browser off: it listens no more either. */
on("click", "[data-push-row] button", async (_event, button) => {
  const here = canPush() && (await subscription());
  if (here && (await digest(here.endpoint)) === button.closest("[data-push-row]").dataset.pushRow) await here.unsubscribe();
});

async function show(place) {
  const state = await stateOf();
  for (const each of place.querySelectorAll("[data-push-when]")) each.hidden = each.dataset.pushWhen !== state;
  if (state !== "on") return;
  const here = await digest((await subscription()).endpoint);
  const row = document.querySelector(`[data-push-row="${here}"]`);
  if (row) row.querySelector("[data-push-here]").hidden = false;
  else for (const each of place.querySelectorAll("[data-push-when]")) each.hidden = each.dataset.pushWhen !== "off";
}

async function stateOf() {
  if (!window.isSecureContext) return "insecure";
  if (!canPush()) return IS_IOS ? "ios" : "without";
  if (Notification.permission === "denied") return "denied";
  return (await subscription()) ? "on" : "off";
}

async function switchOn(place) {
  if ((await Notification.requestPermission()) !== "granted") return;
  await navigator.serviceWorker.register(WORKER);
  const worker = await navigator.serviceWorker.ready;
  const { key } = await (await send(place.dataset.keyUrl)).json();
  const old = await worker.pushManager.getSubscription();
  if (old && !hasKey(old, key)) await old.unsubscribe();
  const made = (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON();
  const { p256dh, auth } = made.keys;
  const answer = await send(place.dataset.onUrl, { data: { endpoint: made.endpoint, p256dh, auth }, source: place });
  if (!answer.ok) return complain(place, await answer.text());
  const cache = await caches.open(KNOWN);
  await cache.put("/push/known", new Response(JSON.stringify({ endpoint: made.endpoint, auth, key })));
}

function hasKey(made, key) {
  const letters = String.fromCharCode(...new Uint8Array(made.options.applicationServerKey ?? []));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") === key;
}

function complain(place, text) {
  const said = place.querySelector("[data-push-said]");
  said.textContent = text;
  said.hidden = !text;
}

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sayWhoIsHere() {
  const person = document.body.dataset.person;
  if (!person || !window.isSecureContext || !canPush() || sessionStorage.getItem("kartu.push") === person) return;
  if (isInstalled) await navigator.serviceWorker.register(WORKER);
  sessionStorage.setItem("kartu.push", person);
  if (Notification.permission !== "granted") return;
  const here = await subscription();
  if (!here) return;
  const answer = await send("/push/here/", { data: { endpoint: here.endpoint } });
  if (answer.status === 410) await here.unsubscribe();
}

sayWhoIsHere().catch(() => undefined);
