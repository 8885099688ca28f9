// Elements without markup: everything a person wrote goes in as text nodes, never as HTML.

/**
 * Makes an element. `on…` properties become listeners; null, undefined and false are left out;
 * true becomes an empty attribute. Strings among the children become text.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child != null && child !== false));
  return element;
}

// 20 × 20, drawn with a 1.6 stroke; our own.
const PATHS = {
  close: "M5 5l10 10M15 5L5 15",
  menu: "M10 5h.01M10 10h.01M10 15h.01",
  send: "M10 16V4M5 9l5-5 5 5",
  clip: "M14 6l-6 6a1.5 1.500 0 002.100 2.100l6-6a3 3 0 00-4.200-4.200l-6 6a4.500 4.500 0 006.300 6.300l5-5",
  bot: "M4 8.500A3.5 3.5 0 017.5 5h5A3.5 3.5 0 0116 8.500v1a3.5 3.5 0 01-3.5 3.500H10l-3.5 3v-3.100A3.5 3.5 0 014 9.500z",
};

/** A decorative drawing by name (hidden from screen readers). */
export const icon = (name) => drawing(PATHS[name]);

/** A decorative drawing of a path in 20 × 20. */
export function drawing(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg.namespaceURI, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const AGAIN_MS = 1_000;

/** `work` again and again until it succeeds: a part of the page that a bad network kept from coming. */
async function insist(work) {
  for (let tries = 0; ; tries++)
    try {
      return await work(tries);
    } catch {
      await new Promise((done) => setTimeout(done, AGAIN_MS * Math.min(tries + 1, 5)));
    }
}

/** Loads a module of this folder when it is first wanted. A browser may remember a failed address. */
export const later = (name) => insist((tries) => import(`./${name}.js${tries ? `?${tries}` : ""}`));

/** Fills a style sheet from a file of this folder; resolves to the sheet. */
export const fill = (sheet, name) =>
  insist(() => fetch(new URL(name, import.meta.url)).then((response) => {
    if (!response.ok) throw response;
    return response.text();
  })).then((css) => sheet.replace(css));

/** One sheet for every shadow root of the widget, fetched once beside the modules. */
const sheet = new CSSStyleSheet();
export const styled = fill(sheet, "widget.css");

/** A custom element with an open, styled shadow root; `this.root` is where its content goes. */
export class Component extends HTMLElement {
  constructor(more = []) {
    super();
    this.root = this.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sheet, ...more];
  }

  /** Styles what comes later, once. */
  adopt(more) {
    const sheets = this.root.adoptedStyleSheets;
    if (!sheets.includes(more)) sheets.push(more);
  }
}
