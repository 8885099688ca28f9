/** The door: log in, and change a one-time password. */

import { element, replace } from "./elements.js";
import { http } from "./http.js";
import { shadow, styles } from "./styles.js";

const SHEETS = await styles("common.css", "login.css");
const MIN_PASSWORD = 10;

/** A labelled field of a form. */
function field(label, given, hint) {
  const id = given.name;
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, label),
    element("input", { id, required: true, "aria-describedby": hint ? `${id}-hint` : null, ...given }),
    hint && element("p", { id: `${id}-hint`, class: "meta" }, hint),
  );
}

/** A form that says its problems kindly, once, and keeps what was typed. */
class DoorForm extends HTMLElement {
  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
  }

  draw({ title, words, fields, action, after }) {
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.submit = element("button", { class: "primary", type: "submit" }, action);
    this.form = element(
      "form",
      { novalidate: true, on: { submit: (event) => this.#send(event) } },
      fields,
      this.problem,
      this.submit,
    );
    const card = element(
      "main",
      { class: "card" },
      element("p", { class: "brand" }, "Warmline"),
      element("h1", {}, title),
      words && element("p", { class: "words" }, words),
      this.form,
      after,
    );
    replace(this.shadow, card);
    this.shadow.querySelector("input").focus();
  }

  async #send(event) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(this.form));
    const missing = this.missing(given);
    if (missing) return this.#tell(missing.words, missing.field);
    this.submit.disabled = true;
    try {
      const session = await this.enter(given);
      this.dispatchEvent(new CustomEvent("entered", { detail: session }));
    } catch (refused) {
      this.#tell(this.explain(refused));
    } finally {
      this.submit.disabled = false;
    }
    return undefined;
  }

  #tell(words, name = null) {
    this.problem.hidden = false;
    this.problem.textContent = words;
    for (const input of this.form.querySelectorAll("input")) {
      input.toggleAttribute("aria-invalid", input.name === name);
      if (input.name === name) input.setAttribute("aria-invalid", "true");
    }
    const first = name ? this.form.elements[name] : this.form.querySelector("input[type=password]");
    first.focus();
    first.select();
  }
}

class Login extends DoorForm {
  connectedCallback() {
    this.draw({
      title: "Log in to the console",
      fields: [
        field("E-mail", { name: "email", type: "email", autocomplete: "username" }),
        field("Password", {
          name: "password",
          type: "password",
          autocomplete: "current-password",
        }),
      ],
      action: "Log in",
      after: element(
        "p",
        { class: "meta" },
        "No password, or forgotten it? Your administrator can make a new one-time password.",
      ),
    });
  }

  missing({ email, password }) {
    if (!email.trim()) return { field: "email", words: "Please enter your e-mail address." };
    if (!password) return { field: "password", words: "Please enter your password." };
    return null;
  }

  enter({ email, password }) {
    return http.logIn(email.trim(), password);
  }

  explain(refused) {
    if (refused.status === 401 || refused.status === 403) {
      return "That e-mail and password do not match. Please check both and try again.";
    }
    if (refused.status === 429) {
      const wait = refused.retryAfterS ? `${Math.ceil(refused.retryAfterS)} seconds` : "a minute";
      return `Too many tries. Please wait ${wait} and try again.`;
    }
    return refused.message;
  }
}

class FirstPassword extends DoorForm {
  connectedCallback() {
    this.draw({
      title: "Choose your own password",
      words: "You logged in with a one-time password. Choose one that only you know.",
      fields: [
        field("One-time password", {
          name: "current",
          type: "password",
          autocomplete: "current-password",
        }),
        field(
          "New password",
          { name: "fresh", type: "password", autocomplete: "new-password" },
          `At least ${MIN_PASSWORD} characters. Four random words work well.`,
        ),
        field("New password, again", {
          name: "again",
          type: "password",
          autocomplete: "new-password",
        }),
      ],
      action: "Save and continue",
    });
    if (this.current) {
      this.form.elements.current.value = this.current;
      this.form.elements.fresh.focus();
    }
  }

  missing({ current, fresh, again }) {
    if (!current) return { field: "current", words: "Please enter the one-time password." };
    if ([...fresh].length < MIN_PASSWORD) {
      const words = `The new password needs at least ${MIN_PASSWORD} characters.`;
      return { field: "fresh", words };
    }
    if (fresh === current) {
      return { field: "fresh", words: "Please choose a password other than the one-time one." };
    }
    if (fresh !== again) return { field: "again", words: "The two new passwords differ." };
    return null;
  }

  enter({ current, fresh }) {
    return http.changePassword(current, fresh);
  }

  explain(refused) {
    if (refused.code === "bad_credentials") return "The one-time password does not match.";
    return refused.message;
  }
}

customElements.define("warmline-login", Login);
customElements.define("warmline-first-password", FirstPassword);
