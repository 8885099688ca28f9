/** What the answer engine would say, with sources and how sure it is. Used by hand, never by itself. */

import { button, element, replace } from "./elements.js";
import { sources } from "./evidence.js";
import { shadow, styles } from "./styles.js";
import { formatted } from "../widget/formatting.js";

const SHEETS = await styles("common.css", "evidence.css", "../widget/prose.css", "suggestions.css");
const SHOWN = 3;

class Suggestions extends HTMLElement {
  #shown = undefined;

  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.list = element("ul", { role: "list" });
    this.details = element(
      "details",
      {},
      element("summary", {}, element("span", { class: "count" })),
      this.list,
    );
    replace(this.shadow, this.details);
  }

  /** @param {Array<{text, citations, confidence}> | null | undefined} suggestions */
  show(suggestions) {
    if (suggestions === this.#shown) return;
    this.#shown = suggestions;
    const some = suggestions ?? [];
    this.details.hidden = some.length === 0;
    this.details.open = false;
    const words = some.length === 1 ? "1 suggested reply" : `${some.length} suggested replies`;
    this.shadow.querySelector(".count").textContent = words;
    replace(this.list, some.slice(0, SHOWN).map((each) => this.#suggestion(each)));
  }

  #suggestion({ text, citations, confidence }) {
    const percent = Math.round(confidence * 100);
    const use = () => {
      this.details.open = false;
      this.dispatchEvent(new CustomEvent("use", { detail: { text } }));
    };
    return element(
      "li",
      {},
      element("div", { class: "text", dir: "auto" }, formatted(text)),
      sources(citations),
      element(
        "div",
        { class: "foot" },
        element("span", { class: "meta" }, `${percent} % sure`),
        element("meter", { min: "0", max: "100", low: "40", high: "70", optimum: "100", value: percent, "aria-label": "Confidence" }),
        button({ on: { click: use } }, "Use"),
      ),
    );
  }
}

customElements.define("warmline-suggestions", Suggestions);
