/**
 * Style sheets for shadow roots: fetched once, adopted by reference. No style elements and no
 * style attributes, so the page lives under `style-src 'self'`.
 */

const fetched = new Map();

async function fetchSheet(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`The style sheet ${name} answered ${answer.status}.`);
  const sheet = new CSSStyleSheet();
  return sheet.replace(await answer.text());
}

/** The sheets of these names, in order; the same name is fetched once. */
export function styles(...names) {
  return Promise.all(
    names.map((name) => {
      if (!fetched.has(name)) fetched.set(name, fetchSheet(name));
      return fetched.get(name);
    }),
  );
}

/** Give `host` an open shadow root that wears `sheets`. */
export function shadow(host, sheets) {
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = sheets;
  return root;
}
