// What any text may have: web addresses that become links. Only text nodes and elements are made,
// so no text can become markup; the textContent of what is made is the text given.

import { h } from "./dom.js";

export const ADDRESS = /\bhttps?:\/\/[^\s<>"'`{}|\\^[\]]+[^\s<>"'`{}|\\^[\].,:;!?)]/;
const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** An address that may stand in a link, or null. Relative ones are meaningless in a chat. */
export function safeAddress(text) {
  try {
    const address = new URL(text);
    return SAFE.has(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}

/** Plain text with its web addresses as links: what customers and agents wrote. */
export function plain(text) {
  const made = document.createDocumentFragment();
  let rest = text;
  for (let found; (found = ADDRESS.exec(rest)); ) {
    made.append(rest.slice(0, found.index), link(found[0], [found[0]]));
    rest = rest.slice(found.index + found[0].length);
  }
  made.append(rest);
  return made;
}

/** An element that opens an address elsewhere; an unsafe address gives its words only. */
export function link(address, label) {
  const safe = safeAddress(address);
  return safe
    ? h("a", { href: safe, target: "_blank", rel: "noopener noreferrer nofollow" }, label)
    : h("span", {}, label);
}
