// The menu behind the three dots.

import { fill, h } from "./dom.js";
import { t } from "./words.js";

const sheet = await fill(new CSSStyleSheet(), "menu.css");

/**
 * Opens the menu beside its button, in `box`, and closes it when it is done with.
 * `items` are [word of the catalogue, what it does]; the focus goes back to the button.
 */
export function openMenu(panel, box, button, items) {
  panel.adopt(sheet);
  const menu = h("div", { class: "menu", role: "menu", id: "menu", "aria-label": t("menu") },
    items.map(([word, act]) => h("button", { role: "menuitem", tabindex: "-1", onclick: () => { close(); act(); } }, t(word))));
  const close = (focus = true) => {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    panel.root.removeEventListener("pointerdown", outside);
    if (focus) button.focus();
  };
  const outside = (event) => event.composedPath().includes(box) || close(false);
  const step = (event) => {
    const places = [...menu.children];
    const at = places.indexOf(panel.root.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + places.length, Home: 0, End: places.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (to !== undefined) places[to % places.length].focus();
    else return;
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  };
  menu.addEventListener("keydown", step);
  menu.addEventListener("wl-shut", () => close());
  panel.root.addEventListener("pointerdown", outside);
  button.setAttribute("aria-expanded", "true");
  box.append(menu);
  menu.firstChild.focus();
}
