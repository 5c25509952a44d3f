/* Live messages of the server. Each becomes `kartu:live` on the document, with {kind, data}, and `kartu:live:<kind>` on
   the body. The stream rests while nobody looks at the page. What came between two pages, or while it rested, follows:
   the place where it stood is kept in the tab.
   Read by fetch and not by EventSource, which hears only kinds it knows by name and cannot tell a 401 from a break. */
import { dispatch } from "./dom.js";

const WAITS = [1, 2, 5, 10, 30]; // seconds; a restarted server must not be met by everybody at once
const REST_AFTER = 30_000;
const SIGNED_OUT = 401;

const url = document.body.dataset.events;
const place = `kartu.live.${document.body.dataset.person}`;
let stream = null;
let tries = 0;
let retry = 0;
let rest = 0;

async function listen() {
  clearTimeout(retry);
  if (stream || document.hidden) return;
  const mine = (stream = new AbortController());
  try {
    const after = sessionStorage.getItem(place);
    const response = await fetch(after ? `${url}?after=${encodeURIComponent(after)}` : url, { signal: mine.signal });
    if (response.status === SIGNED_OUT) return hush();
    if (response.ok) await read(response.body.pipeThrough(new TextDecoderStream()).getReader());
  } catch (error) {
    if (error.name === "AbortError") return;
  }
  if (stream === mine) again();
}

async function read(reader) {
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    for (const part of parts) receive(part);
  }
}

function receive(part) {
  const fields = Object.fromEntries(part.split("\n").map((line) => line.split(/: ?(.*)/s, 2)));
  if (fields.id) sessionStorage.setItem(place, fields.id);
  if (!fields.event) return; // a heartbeat
  tries = 0;
  const detail = { kind: fields.event, data: JSON.parse(fields.data) };
  document.dispatchEvent(new CustomEvent("kartu:live", { detail }));
  dispatch(document.body, `kartu:live:${detail.kind}`, detail.data);
}

function again() {
  hush();
  const wait = WAITS[Math.min(tries++, WAITS.length - 1)] * 1000;
  retry = setTimeout(listen, wait * (0.75 + Math.random() / 2));
}

function hush() {
  stream?.abort();
  stream = null;
}

export function startLive() {
  if (!url) return;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(rest);
    if (document.hidden) rest = setTimeout(hush, REST_AFTER);
    else listen();
  });
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", listen); // comes with every page, and when one is brought back
}
