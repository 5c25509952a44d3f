/* What is put down is told to the server: see kartu/planner/views/scheduler.py. */
import { newKey } from "../lib/dom.js";
import { csrf } from "../lib/http.js";

export function sendMoves(url, moves) {
  const headers = { ...csrf(), "Idempotency-Key": newKey() };
  const body = new URLSearchParams({ moves: JSON.stringify(moves) });
  return fetch(url, { method: "POST", headers, credentials: "same-origin", body });
}

/** What `answer` says, {items, text, undo}; nothing where the server did not answer, or not to this. */
export async function saidBy(answer) {
  return answer && /json/.test(answer.headers.get("Content-Type") ?? "") ? answer.json() : {};
}
