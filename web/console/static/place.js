/** The frame around every place beside the chats: its title, and the loading and refusing of data. */

import { element, replace } from "./elements.js";
import { Refused } from "./http.js";
import { shadow } from "./styles.js";

/** A place: subclasses give `title`, `words` and `draw(box)`; `ask` shows why something failed. */
export class Place extends HTMLElement {
  constructor(sheets) {
    super();
    this.shadow = shadow(this, sheets);
    this.heading = element("h1", { tabindex: "-1" }, this.constructor.title);
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.told = element("p", { class: "told", role: "status" });
    this.box = element("div", { class: "box" });
    replace(
      this.shadow,
      element(
        "div",
        { class: "place", tabindex: "0", role: "region", "aria-label": this.constructor.title },
        element("header", {}, this.heading, element("p", { class: "words" }, this.constructor.words)),
        this.problem,
        this.box,
        this.told,
      ),
    );
  }

  connectedCallback() {
    this.heading.focus();
    this.open();
  }

  /** Do something that the server may refuse; its words are shown, and null comes back. */
  async ask(work) {
    this.problem.hidden = true;
    try {
      return await work();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      this.problem.hidden = false;
      this.problem.textContent = refused.message;
      this.problem.scrollIntoView({ block: "nearest" });
      return null;
    }
  }

  /** Say that something was done. */
  tell(words) {
    this.told.textContent = words;
  }
}

/** A labelled field: the label's text, the control with an id, and a hint below it. */
export function labelled(words, control, hint) {
  const { id } = control;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, words),
    control,
    hint && element("p", { id: `${id}-hint`, class: "meta" }, hint),
  );
}
