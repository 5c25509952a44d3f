/* Requests of our own, on the terms of htmx: CSRF, HX-Request, events and redirects by header. */
import { dispatch, newKey } from "./dom.js";

/** Ask the server and do what its headers say; `source` is where its events start. Resolves to the Response. */
export async function send(url, { method = "POST", data, headers = {}, source, signal } = {}) {
  const body = data instanceof FormData || !data ? data : new URLSearchParams(data);
  const once = method === "GET" ? {} : { "Idempotency-Key": newKey() };
  const all = { "HX-Request": "true", Accept: "text/html", ...csrf(), ...once, ...headers };
  const response = await fetch(url, { method, body, headers: all, credentials: "same-origin", signal });
  obey(response.headers, source);
  return response;
}

export function get(url, options = {}) {
  return send(url, { ...options, method: "GET" });
}

/** Tell the server what it need not answer. It arrives although the page is left; resolves when it has, or failed to. */
export function tell(url, data) {
  return post(url, data, { keepalive: true }).catch(() => {});
}

/** For answers that are no piece of a page: nothing of their headers is obeyed. */
export function post(url, data, options = {}) {
  const headers = { ...csrf(), "Idempotency-Key": newKey() };
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(data), credentials: "same-origin", ...options });
}

export function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
}

/** Follow HX-Redirect and dispatch the events of HX-Trigger, as htmx would. `headers` has `get`. */
export function obey(headers, source) {
  const redirect = headers.get("HX-Redirect");
  if (redirect) location.href = redirect;
  const events = JSON.parse(headers.get("HX-Trigger") ?? "{}");
  for (const [type, detail] of Object.entries(events)) dispatch(source, type, detail);
}
