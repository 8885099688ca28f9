/**
 * Builds DOM from plain values. Every string becomes a text node or an attribute, never markup:
 * there is no way through this file to parse HTML, which is what keeps customers' text text.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 * @param {string} tag
 * @param {Object<string, *>} [given] attributes; `class` a string; `on` an object of listeners;
 *   true sets an empty attribute; false, null and undefined leave the attribute out.
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function element(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  fill(made, children);
  return made;
}

/** Append children, flattening lists and leaving out nothing-values. */
function fill(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replace what stands in `parent` by `children`. */
export function replace(parent, ...children) {
  parent.replaceChildren();
  fill(parent, children);
}

/** Set or remove an attribute without touching it when it already holds (keeps readers quiet). */
export function attribute(target, name, value) {
  if (value === false || value === null || value === undefined) {
    if (target.hasAttribute(name)) target.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (target.getAttribute(name) !== text) target.setAttribute(name, text);
}

/** Set text only when it differs, so that live regions do not speak twice. */
export function say(target, text) {
  const words = text === null || text === undefined ? "" : String(text);
  if (target.textContent !== words) target.textContent = words;
}

/**
 * Bring `parent`'s children in line with `items`, reusing elements by key: focus, scroll and
 * open details of what stays are kept.
 * @param {Element} parent holds nothing but what this function put there
 * @param {Array} items
 * @param {(item) => string} keyOf
 * @param {(item) => Element} make
 * @param {(item, made: Element) => void} [update] called for new and kept elements
 */
export function keyed(parent, items, keyOf, make, update = () => {}) {
  const standing = new Map();
  for (const child of parent.children) standing.set(child.dataset.key, child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = standing.get(key);
    if (child) {
      standing.delete(key);
    } else {
      child = make(item);
      child.dataset.key = key;
    }
    update(item, child);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const left of standing.values()) left.remove();
}

/** Tell the desk what the agent wants: bubbles out of every shadow root. */
export function intend(source, wish, detail = {}) {
  source.dispatchEvent(
    new CustomEvent("intent", { bubbles: true, composed: true, detail: { wish, ...detail } }),
  );
}

const ICONS = {
  back: "M15 18l-6-6 6-6",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  bot: "M5 9h14v10H5zM12 9V5M9 14h.01M15 14h.01",
  chat: "M5 10a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v1a5 5 0 0 1-5 5h-2l-4 4v-4.4A5 5 0 0 1 5 11z",
  check: "M5 12l5 5 9-10",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 3",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5a3 3 0 0 0 6 0h5",
  keyboard: "M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8",
  menu: "M4 7h16M4 12h16M4 17h16",
  note: "M5 4h14v10l-5 6H5zM14 20v-6h5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
  send: "M4 12l16-8-6 16-3-7z",
  settings: "M4 8h10M18 8h2M4 16h2M10 16h10M16 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  transfer: "M4 8h14l-4-4M20 16H6l4 4",
};

/** A 20 px line icon, hidden from screen readers: its button carries the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button; `given.icon` puts an icon in front, and `given.label` names one without text. */
export function button(given, ...children) {
  const { icon: picture, label, ...rest } = given;
  return element(
    "button",
    { type: "button", "aria-label": label, title: label, ...rest },
    picture && icon(picture),
    children,
  );
}
