/* Kartu beside its pages: notes that show with no page open, and the one page for when the server does not answer.
   It keeps no page with data. */
const OFFLINE = "/offline/";
const KEPT = "kartu-offline";
const KNOWN = "kartu-push"; // what the page has told of this browser's subscription, for when its maker changes it

self.addEventListener("install", (event) => event.waitUntil(keepOfflinePage().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keepOfflinePage() {
  const page = await fetch(OFFLINE);
  if (!page.ok) return;
  const files = [...(await page.clone().text()).matchAll(/(?:src|href)="(\/static\/[^"#]+)"/g)].map((match) => match[1]);
  await caches.delete(KEPT);
  const cache = await caches.open(KEPT);
  await cache.put(OFFLINE, page);
  await cache.addAll([...new Set(files)]);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(OFFLINE)));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => kept(request)));
});

const kept = async (what) => (await caches.match(what)) ?? Response.error();

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data.json()));
});

async function show(note) {
  const { title, text: body, tag, icon } = note;
  await self.registration.showNotification(title, { body, tag, icon, badge: icon, data: note });
  await tell(note, "shown");
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const note = event.notification.data;
  event.waitUntil(Promise.all([open(note.url), tell(note, "clicked")]));
});

async function open(address) {
  const url = new URL(address, self.location.origin);
  if (url.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((each) => each.url === url.href);
  await (there ? there.focus() : self.clients.openWindow(url.href));
}

const tell = ({ token }, what) => post("/push/told/", { token, what }).catch(() => undefined);

const post = (url, values) => fetch(url, { method: "POST", body: new URLSearchParams(values), credentials: "omit" });

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(move(event)));

async function move(event) {
  const cache = await caches.open(KNOWN);
  const known = await (await cache.match("/push/known"))?.json();
  if (!known) return;
  const options = { userVisibleOnly: true, applicationServerKey: known.key };
  const fresh = (event.newSubscription ?? (await self.registration.pushManager.subscribe(options))).toJSON();
  const { p256dh, auth } = fresh.keys;
  await post("/push/moved/", { old: known.endpoint, auth: known.auth, endpoint: fresh.endpoint, p256dh, new_auth: auth });
  await cache.put("/push/known", new Response(JSON.stringify({ ...known, endpoint: fresh.endpoint, auth })));
}
