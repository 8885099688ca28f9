/** The console from the door to the desk: logging in, a first password, then the panes. */

import { element, replace } from "./elements.js";
import { http, Refused } from "./http.js";
import { shadow, styles } from "./styles.js";
import "./desk.js";
import "./login.js";

const SHEETS = await styles("common.css", "app.css");

class WarmlineConsole extends HTMLElement {
  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
  }

  connectedCallback() {
    this.#begin();
  }

  async #begin() {
    try {
      this.#enter(await http.me());
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (refused.status === 401 || refused.status === 403) this.#askLogin();
      else this.#offerRetry(refused);
    }
  }

  #show(screen) {
    replace(this.shadow, screen);
  }

  #askLogin() {
    document.title = "Log in · Warmline";
    const login = element("warmline-login");
    login.addEventListener("entered", ({ detail }) => this.#enter(detail));
    this.#show(login);
  }

  #enter(session) {
    if (session.must_change_password) {
      const form = element("warmline-first-password");
      form.addEventListener("entered", () => this.#begin());
      this.#show(form);
      return;
    }
    const desk = element("warmline-desk");
    desk.session = session;
    desk.addEventListener("left", () => this.#askLogin());
    desk.addEventListener("refused", () => this.#begin());
    this.#show(desk);
  }

  #offerRetry(refused) {
    const again = element(
      "button",
      { class: "primary", type: "button", on: { click: () => this.#begin() } },
      "Try again",
    );
    this.#show(
      element(
        "main",
        { class: "empty" },
        element("h3", { role: "heading", "aria-level": "1" }, "The console cannot start"),
        element("p", { role: "alert" }, refused.message),
        again,
      ),
    );
  }
}

customElements.define("warmline-console", WarmlineConsole);
