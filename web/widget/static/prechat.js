// The form before the first message, where the owner wants one.

import { Card } from "./cards.js";
import { h } from "./dom.js";
import { ADDRESS } from "./waiting.js";
import { t } from "./words.js";

/**
 * <wl-prechat>: `show(chat, owner)`; tells `wl-told` {name?, email?} once, with nothing in it when
 * the customer would rather not say and need not.
 */
export class Prechat extends Card {
  #fields = null;

  show(chat, { askName, askEmail }) {
    if (this.#fields) return;
    this.#fields = [
      askName !== "off" && this.#field("name", "your_name", askName, { autocomplete: "name", dir: "auto", maxlength: "200" }),
      askEmail !== "off" && this.#field("email", "email", askEmail, { type: "email", autocomplete: "email", dir: "ltr", maxlength: "254" }),
    ].filter(Boolean);
    const free = this.#fields.every(({ needed }) => !needed);
    this.root.replaceChildren(
      h("form", { class: "card form", novalidate: true, "aria-label": t("before"), onsubmit: (event) => this.#submit(event) },
        h("p", { class: "strong" }, t("before")),
        this.#fields.map(({ label, input, bad }) => [label, input, bad]),
        h("div", { class: "buttons" },
          h("button", { class: "primary", type: "submit" }, t("start")),
          free && h("button", { class: "choice", type: "button", onclick: () => this.#tell({}) }, t("skip")))));
  }

  focus() {
    this.root.querySelector("input")?.focus();
  }

  #field(name, word, ask, more) {
    const needed = ask === "required";
    const input = h("input", { name, id: name, required: needed, "aria-describedby": `${name}-bad`, ...more });
    const label = h("label", { for: name }, t(word), !needed && h("span", { class: "soft" }, ` (${t("optional")})`));
    return { name, needed, label, input, bad: h("p", { class: "danger", id: `${name}-bad`, role: "alert" }) };
  }

  #submit(event) {
    event.preventDefault();
    const told = {};
    let wrong = null;
    for (const { name, needed, input, bad } of this.#fields) {
      const value = input.value.trim();
      const problem = !value ? needed && "needed" : name === "email" && !ADDRESS.test(value) && "email_bad";
      bad.textContent = problem ? t(problem) : "";
      input.toggleAttribute("aria-invalid", Boolean(problem));
      if (problem) wrong ??= input;
      else if (value) told[name] = value;
    }
    if (wrong) wrong.focus();
    else this.#tell(told);
  }

  #tell(detail) {
    this.dispatchEvent(new CustomEvent("wl-told", { detail, bubbles: true, composed: true }));
  }
}

customElements.define("wl-prechat", Prechat);
