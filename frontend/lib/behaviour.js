/* Starts behaviours from the markup, whenever and however it comes onto the page, and cleans up when it goes. */
const behaviours = [];
const started = new Map(); // element -> its clean-ups

/** For every element that fits `selector`, now and later: `mount(element)`, whose result cleans up (or nothing). */
export function behaviour(selector, mount) {
  const entry = { selector, mount, seen: new WeakSet() };
  behaviours.push(entry);
  startIn(document.body, [entry]);
}

function startIn(root, entries = behaviours) {
  for (const { selector, mount, seen } of entries) {
    const found = root.matches?.(selector) ? [root] : [];
    for (const element of [...found, ...root.querySelectorAll(selector)]) {
      if (seen.has(element)) continue;
      seen.add(element);
      const cleanup = mount(element);
      if (typeof cleanup === "function") started.set(element, [...(started.get(element) ?? []), () => (seen.delete(element), cleanup())]);
    }
  }
}

function stopGone() {
  for (const [element, cleanups] of started) {
    if (element.isConnected) continue;
    started.delete(element);
    for (const cleanup of cleanups) cleanup();
  }
}

new MutationObserver((records) => {
  let hasLost = false;
  for (const record of records) {
    hasLost ||= record.removedNodes.length > 0;
    for (const node of record.addedNodes) if (node instanceof Element && node.isConnected) startIn(node);
  }
  if (hasLost) stopGone();
}).observe(document.body, { childList: true, subtree: true });
