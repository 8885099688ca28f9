// The quoted sentence in its article, over the transcript.

import { Card, backSign } from "./cards.js";
import { h } from "./dom.js";
import { formatted, safeAddress } from "./formatting.js";
import { dayOf, t } from "./words.js";

/** <wl-quote>: `open({citations, at})` of one article; tells `wl-back`. Escape goes back too. */
export class Quote extends Card {
  open({ citations, at }) {
    const [{ title, article }] = citations;
    const address = citations[0].source ?? addressOf(citations[0]);
    this.root.replaceChildren(
      h("section", { class: "quote", role: "dialog", "aria-label": t("source_title"), onkeydown: (event) => this.#key(event) },
        h("header", { class: "bar-head" },
          h("button", { class: "icon", "aria-label": t("back"), title: t("back"), onclick: () => this.#back() }, backSign()),
          h("h2", {}, t("source_title"))),
        h("article", { tabindex: "0", "aria-label": title || article },
          h("h3", { dir: "auto" }, title || article),
          citations.map(({ quote }) => h("blockquote", { dir: "auto" }, h("mark", {}, formatted(quote)))),
          at && h("p", { class: "soft" }, `${t("source_said")} · ${dayOf(at)}`),
          address && h("p", {}, h("a", { class: "button", href: address, target: "_blank", rel: "noopener noreferrer" }, t("open_article"))))));
    this.root.querySelector("button").focus();
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#back();
  }

  #back() {
    this.dispatchEvent(new CustomEvent("wl-back", { bubbles: true, composed: true }));
  }
}

/** Where the article stands, pointing at the quote itself (text fragments: wicg.github.io/scroll-to-text-fragment). */
export function addressOf({ url, article, quote }) {
  const own = `${location.origin}/help/articles/${article.split("/").map(encodeURIComponent).join("/")}`;
  const address = new URL((url && safeAddress(url)) || own);
  if (!address.protocol.startsWith("http")) return address.href;
  const words = quote.replace(/[*_`#[\]|>]|\(https?:[^)]*\)/g, " ").split(/\n/)[0].trim().split(/\s+/);
  const encode = (text) => encodeURIComponent(text).replace(/-/g, "%2D");
  const part = words.length > 12 ? `${encode(words.slice(0, 6).join(" "))},${encode(words.slice(-6).join(" "))}` : encode(words.join(" "));
  return `${address.href}${address.hash ? "" : "#"}:~:text=${part}`;
}

customElements.define("wl-quote", Quote);
