/** The agent's own corner: online or away, and the switches of this browser. */

import { attribute, button, element, intend, replace, say } from "./elements.js";
import { preference, setPreference } from "./preferences.js";
import { shadow, styles } from "./styles.js";

const SHEETS = await styles("common.css", "menu.css");

const SWITCHES = [
  ["sound", "Sound for new chats"],
  ["notifications", "Desktop notifications"],
  ["shortcuts", "Single-key shortcuts"],
];

class Menu extends HTMLElement {
  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.dot = element("span", { class: "dot" });
    this.presenceWords = element("span");
    this.presence = element(
      "button",
      { type: "button", role: "switch", class: "presence bare", on: { click: () => this.#switch() } },
      this.dot,
      this.presenceWords,
    );
    this.opener = button({
      class: "bare icon-only",
      icon: "settings",
      label: "Settings",
      "aria-expanded": "false",
      "aria-controls": "panel",
      on: { click: () => this.#toggle(this.panel.hidden) },
    });
    this.who = element("p", { class: "clip" });
    this.panel = element("div", { id: "panel", class: "panel", hidden: true }, this.#panel());
    const help = button({
      class: "bare icon-only",
      icon: "keyboard",
      label: "Keyboard shortcuts",
      "aria-keyshortcuts": "?",
      on: { click: () => intend(this, "keys") },
    });
    this.load = element("span", { class: "meta load", title: "Chats in your hands, of those you take at a time" });
    replace(this.shadow, this.load, this.presence, help, this.opener, this.panel);
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return;
      event.stopPropagation();
      this.#toggle(false);
      this.opener.focus();
    });
    this.leave = (event) => {
      if (!event.composedPath().includes(this)) this.#toggle(false);
    };
  }

  #panel() {
    const out = button({ on: { click: () => intend(this, "log-out") } }, "Log out");
    return [this.who, SWITCHES.map(([name, words]) => this.#preference(name, words)), out];
  }

  #preference(name, words) {
    const box = element("input", {
      type: "checkbox",
      checked: preference(name),
      on: { change: () => this.#prefer(name, box) },
    });
    return element("label", {}, box, words);
  }

  async #prefer(name, box) {
    if (name === "notifications" && box.checked) {
      const allowed = "Notification" in window && (await Notification.requestPermission()) === "granted";
      if (!allowed) {
        box.checked = false;
        intend(this, "tell", {
          tone: "warning",
          text: "This browser does not allow notifications for this page. Allow them in its site settings, then switch them on here.",
        });
      }
    }
    setPreference(name, box.checked);
    if (name === "sound" && box.checked) intend(this, "chime");
  }

  #switch() {
    const online = this.presence.getAttribute("aria-checked") === "true";
    intend(this, "presence", { presence: online ? "away" : "online" });
  }

  #toggle(open) {
    this.panel.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) {
      document.addEventListener("pointerdown", this.leave);
      this.panel.querySelector("input").focus();
    } else {
      document.removeEventListener("pointerdown", this.leave);
    }
  }

  update(state) {
    const online = state.presence === "online";
    const shown = state.link === "open" ? state.presence : "offline";
    attribute(this.presence, "aria-checked", String(online));
    attribute(this.presence, "aria-label", "Online: take new chats");
    attribute(this.presence, "title", online ? "Go away: no new chats are offered to you" : "Go online");
    attribute(this.dot, "class", `dot ${shown}`);
    say(this.presenceWords, { online: "Online", away: "Away", offline: "Offline" }[shown]);
    say(this.who, state.me ? `${state.me.name} · ${state.me.role ?? "agent"}` : "");
    const mine = Object.values(state.rows).filter((row) => row.stage === "human" && row.agent?.id === state.me?.id);
    const most = state.me?.places;
    say(this.load, most ? `${mine.length} of ${most} chats` : "");
    attribute(this.load, "class", `meta load${most && mine.length >= most ? " full" : ""}`);
  }
}

customElements.define("warmline-menu", Menu);
