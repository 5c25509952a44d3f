/* What every behaviour needs: the server's words, elements without innerHTML, delegated events. */
const words = JSON.parse(document.getElementById("k-words")?.textContent ?? "{}");

/** The server's sentence `key` in the person's language, with `%(name)s` filled from `values`. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/%\((\w+)\)s/g, (_match, name) => values[name] ?? "");
}

/** An element: attributes by name (true alone, null and false left out), children as nodes or text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An icon of the sprite; its name must stand in frontend/icons.txt or in some template. */
export function glyph(name, css = "") {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", `ti ${css}`.trim());
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

/** Nodes of a piece of HTML that the server made (and escaped). Scripts in it never run. */
export function fragment(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const piece = document.createDocumentFragment();
  piece.append(...parsed.body.childNodes);
  return piece;
}

/** Call `handler(event, element)` for events on anything that fits `selector`, now or later on the page. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) handler(event, element);
    },
    options,
  );
}

export function dispatch(element, type, detail = {}) {
  const target = element?.isConnected ? element : document.body;
  return target.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, cancelable: true }));
}

/** Whether the person is typing into `element`, so that letters are letters. */
export function isTyping(element) {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable || element.matches("textarea, select, [role=combobox]")) return true;
  return element.matches("input") && !/^(checkbox|radio|button|submit|reset|file|range|color)$/.test(element.type);
}

export function debounce(work, wait) {
  let timer;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

let last = 0;
export const uniqueId = (prefix) => `${prefix}-${++last}`;

/** A key for one act, so that the server does it once however often it arrives. Works without HTTPS too. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
