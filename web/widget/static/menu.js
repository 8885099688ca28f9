// The menu behind the three dots.

import { h, later } from "./dom.js";
import { dressed, t } from "./words.js";

const sheet = await dressed("menu.css");

/** Opens the panel's menu, or closes it when it is open. */
export function toggleMenu(panel) {
  const shown = panel.menuBox.querySelector("[role=menu]");
  if (shown) shown.dispatchEvent(new Event("wl-shut"));
  else openMenu(panel, panel.menuBox, panel.menuButton, itemsOf(panel));
}

/** [word of the catalogue, what it does] of what the customer may do now. */
function itemsOf(panel) {
  const { chat, menuButton } = panel;
  const { stage, events, first, episode } = chat.state;
  const over = stage === "closed" && first <= episode;
  const save = async (kind) => (await later("download")).save(chat.rows(), panel.owner.name, kind);
  return [
    stage !== "human" && stage !== "waiting" && ["person", () => panel.askPerson()],
    over && ["start_new", () => panel.startAnew()],
    (chat.hasPast || over) && ["past", () => panel.lay("past", menuButton, panel)],
    ["download_text", () => save("text")],
    ["download_page", () => save("page")],
    stage !== "closed" && events.length && ["end", () => chat.act({ type: "close" })],
  ].filter(Boolean);
}

/** Shows the items beside the button, in `box`; the focus goes back to the button. */
function openMenu(panel, box, button, items) {
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
