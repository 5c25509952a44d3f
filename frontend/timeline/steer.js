/* The keys of what is in the hand: arrows move it, digits are a time, E takes its other end, T types it, Enter puts it
   down, Esc lets it go. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Do what `event` asks of `carry`; `shift(arrow)`, `tell()` and `putDown(isKept, isAsked)` are those of the place. What
    the mouse holds (not `isCarrying`) is put down by the mouse. */
export function steer(event, carry, { isCarrying, shift, tell, putDown }) {
  const acts = {
    Escape: () => putDown(false),
    Enter: isCarrying && (() => putDown(true)),
    KeyE: carry.mode !== "move" && (() => (otherEnd(carry), tell())),
    KeyT: isCarrying && (() => putDown(true, true)),
  };
  const act = /^[0-9]$/.test(event.key) && !event.ctrlKey ? () => (carry.type(event.key), tell()) : acts[event.code];
  const arrow = ARROWS[event.code];
  if (!act && !arrow) return;
  event.preventDefault();
  event.stopPropagation();
  if (act) act();
  else (shift(arrow), tell());
}

function otherEnd(carry) {
  carry.mode = carry.mode === "end" ? "start" : "end";
  carry.show();
}
