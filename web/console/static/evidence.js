/** Source chips: a small number under an answer that opens the sentence the answer rests on. */

import { element, replace } from "./elements.js";
import { link } from "./words.js";

/**
 * Chips for citations, one per distinct quote, with one evidence box they share.
 * @param {Array<{article, title, url?, source?, quote}>} citations
 * @returns {HTMLElement | null} null when there are none
 */
export function sources(citations) {
  if (!citations?.length) return null;
  const box = element("div", { class: "evidence", hidden: true });
  const chips = citations.map((citation, at) => chip(citation, at, box));
  return element("div", { class: "sources" }, element("div", { class: "source-chips" }, chips), box);
}

function chip(citation, at, box) {
  const made = element(
    "button",
    { type: "button", class: "chip source", "aria-expanded": "false" },
    element("span", { class: "number" }, at + 1),
    element("span", { class: "clip" }, citation.title || citation.article),
  );
  made.addEventListener("click", () => {
    const open = made.getAttribute("aria-expanded") !== "true";
    for (const other of made.parentElement.children) other.setAttribute("aria-expanded", "false");
    made.setAttribute("aria-expanded", String(open));
    box.hidden = !open;
    if (open) replace(box, evidence(citation));
  });
  return made;
}

function evidence({ quote, title, article, url, source }) {
  const address = source ?? url;
  const name = title || article;
  return element(
    "figure",
    {},
    element("blockquote", { dir: "auto" }, element("mark", {}, quote)),
    element(
      "figcaption",
      { class: "meta" },
      address ? link(address, name) : name,
      title && element("span", { class: "path" }, article),
    ),
  );
}
