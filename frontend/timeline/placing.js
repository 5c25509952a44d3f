/* What is put down is told to the server: see kartu/planner/views/scheduler.py. */
import { post } from "../lib/http.js";

export const sendMoves = (url, moves) => post(url, { moves: JSON.stringify(moves) });

/** What `answer` says, {items, text, undo}; nothing where the server did not answer, or not to this. */
export async function saidBy(answer) {
  return answer && /json/.test(answer.headers.get("Content-Type") ?? "") ? answer.json() : {};
}
