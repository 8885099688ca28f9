/** Above everything: the console's places, and the agent's own corner. */

import { attribute, element, keyed, replace } from "./elements.js";
import { placesFor } from "./places.js";
import { shadow, styles } from "./styles.js";
import "./menu.js";

const SHEETS = await styles("common.css", "bar.css");

class Bar extends HTMLElement {
  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.links = element("ul", { role: "list" });
    this.menu = element("warmline-menu");
    replace(
      this.shadow,
      element(
        "header",
        {},
        element("p", { class: "brand" }, "Warmline"),
        element("nav", { "aria-label": "Places" }, this.links),
        this.menu,
      ),
    );
  }

  /** @param {string} place the id of the place that is shown */
  update(state, place) {
    this.menu.update(state);
    keyed(
      this.links,
      placesFor(state.me),
      ({ id }) => id,
      ({ id, name }) => element("li", {}, element("a", { href: `#${id}` }, name)),
      ({ id }, item) => attribute(item.firstElementChild, "aria-current", id === place ? "page" : null),
    );
  }
}

customElements.define("warmline-bar", Bar);
