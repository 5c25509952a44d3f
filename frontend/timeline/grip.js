/* A press of mouse or finger that may become a drag: with the mouse as soon as it goes, with a finger once it has held
   still, since it scrolls otherwise. Near the edges what lies below scrolls on. Whoever inherits says what is pressed. */
export const HOLD = 400; // ms
const SLACK = 5; // px
const NEAR = 44; // px from the edge of what is in sight
const FAST = 18;

export class Grip {
  press = null; // {x, y, id, item, mode, isTouch, isDragging, last}

  /** `root`: what a drag must not scroll; `scroll`: what it scrolls near its edges. */
  constructor(root, scroll) {
    this.scroll = scroll;
    this.own = new AbortController();
    this.listen(window, "pointermove", (event) => this.move(event));
    this.listen(window, "pointerup", (event) => this.up(event));
    this.listen(window, "pointercancel", () => this.cancel());
    this.listen(root, "touchmove", (event) => this.isDragging && event.preventDefault(), { passive: false });
    this.listen(document, "keydown", (event) => event.key === "Escape" && this.press && this.escape(event), { capture: true });
    this.stop = () => this.own.abort();
  }

  /* What whoever inherits says: take it up, go where the hand is, be let go of, or only have been pressed. */
  lift() {}
  follow() {}
  dropped() {}
  pressed() {}
  letGo() {}

  /** What of the window scrolls when the hand comes near its edge. */
  get reach() {
    return this.scroll.getBoundingClientRect();
  }

  listen(target, type, work, options = {}) {
    target.addEventListener(type, work, { signal: this.own.signal, ...options });
  }

  get isDragging() {
    return Boolean(this.press?.isDragging);
  }

  begin(event, more) {
    const isTouch = event.pointerType !== "mouse";
    this.press = { x: event.clientX, y: event.clientY, isTouch, id: event.pointerId, ...more };
    if (isTouch) this.timer = setTimeout(() => this.held(), HOLD);
  }

  /** A finger that has held still has it in its hand. */
  held() {
    if (!this.press || this.press.mode === "none") return;
    navigator.vibrate?.(15);
    this.take();
  }

  take() {
    this.press.isDragging = true;
    this.lift();
  }

  move(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.id) return;
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK;
    if (!press.isDragging) {
      if (!far || press.mode === "none") return;
      if (press.isTouch) return this.cancel(); // it scrolls
      this.take();
      if (!press.isDragging || !this.press) return;
    }
    press.last = { x: event.clientX, y: event.clientY, isExact: event.altKey };
    press.isTurned ||= far;
    if (press.isTurned) this.follow();
    this.roll();
  }

  /** Near an edge it scrolls for as long as the hand stays there. */
  roll() {
    this.rolling ??= requestAnimationFrame(() => {
      this.rolling = null;
      const { press, reach } = this;
      if (!press?.isDragging || !press.last) return;
      const dx = towards(press.last.x - press.x, pull(press.last.x, reach.left, reach.right));
      const dy = towards(press.last.y - press.y, pull(press.last.y, reach.top, reach.bottom));
      if (!dx && !dy) return;
      if (press.isUndated && !(press.wasInside ||= press.last.x > reach.left + NEAR)) return;
      this.scroll.scrollBy(dx, dy);
      this.follow();
      this.roll();
    });
  }

  up(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.id) return;
    clearTimeout(this.timer);
    this.press = null;
    if (press.isDragging) this.dropped(event, press);
    else this.pressed(event, press);
  }

  cancel() {
    clearTimeout(this.timer);
    if (this.press?.isDragging) this.letGo(this.press);
    this.press = null;
  }

  escape(event) {
    event.preventDefault();
    event.stopPropagation();
    this.cancel();
  }
}

/** What is taken up near an edge does not scroll before the hand goes that way. */
function towards(way, distance) {
  return Math.abs(way) > SLACK && Math.sign(way) === Math.sign(distance) ? distance : 0;
}

/** How far to scroll where the hand is at `at`: more, the nearer to the edge. */
function pull(at, from, to) {
  if (at < from + NEAR) return -FAST * Math.min(1.5, (from + NEAR - at) / NEAR);
  if (at > to - NEAR) return FAST * Math.min(1.5, (at - to + NEAR) / NEAR);
  return 0;
}
