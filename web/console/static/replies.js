/** Saved replies: "/" in an empty reply opens the list, more letters narrow it. */

import { attribute, element, keyed } from "./elements.js";
import { http } from "./http.js";

const COMMAND = /^\/([^\n]{0,40})$/;

const VARIABLE = /(,?[ \t]+)?\{(customer|agent)(?:_name)?\}/g;
/** At the start of a line what follows goes along: "{customer}, it is here" is "It is here". */
const FIRST_UNKNOWN = /^\{customer(?:_name)?\}[,:]?[ \t]*(.?)/gmu;

/**
 * A text with the names in it. A customer whose name is not known is not named at all: "Hello
 * {customer}, …" becomes "Hello, …".
 * @param {string} text
 * @param {{customer: string, agent: string}} names empty where not known
 */
export function filled(text, names) {
  const nameless = names.customer ? text : text.replace(FIRST_UNKNOWN, (_, next) => next.toLocaleUpperCase());
  return nameless.replace(VARIABLE, (_, lead = "", name) => (names[name] ? lead + names[name] : ""));
}

export class SavedReplies {
  #all = null;
  #shown = [];
  #at = 0;
  #names = {};
  enabled = true;

  /**
   * @param {HTMLTextAreaElement} field
   * @param {() => void} changed called after a reply was put into the field
   */
  constructor(field, changed) {
    this.field = field;
    this.changed = changed;
    this.options = element("ul", { id: "saved", role: "listbox", "aria-label": "Saved replies" });
    this.nothing = element("p", { class: "meta", role: "status" });
    this.list = element("div", { class: "saved", hidden: true }, this.options, this.nothing);
    attribute(field, "aria-haspopup", "listbox");
    attribute(field, "aria-autocomplete", "list");
    attribute(field, "aria-controls", "saved");
  }

  /** Learn who is spoken to, for the variables {customer_name} and {agent_name}. */
  know(state, conversation) {
    this.#names = { customer: state.rows[conversation]?.name ?? "", agent: state.me?.name ?? "" };
  }

  /** See whether the field asks for the list, after every change. */
  async look() {
    const asked = this.enabled && COMMAND.exec(this.field.value);
    if (!asked) return this.close();
    if (this.field.value === "/") this.#all = null; // a supervisor may have changed them since
    this.#all ??= http
      .savedReplies()
      .then((answer) => answer?.replies ?? [])
      .catch(() => {
        this.#all = null; // asked again with the next "/"
        return [];
      });
    const all = await this.#all;
    const words = COMMAND.exec(this.field.value)?.[1].toLowerCase() ?? null;
    const left = this.field.getRootNode().activeElement !== this.field; // while they were fetched
    if (words === null || left) return this.close();
    this.#shown = all.filter(({ name, text }) => `${name} ${text}`.toLowerCase().includes(words));
    this.#at = 0;
    this.list.hidden = false;
    this.#draw(all.length);
    return undefined;
  }

  close() {
    this.list.hidden = true;
    attribute(this.field, "aria-activedescendant", null);
  }

  /** Handle a key of the field; true when the list took it. */
  key(event) {
    if (this.list.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#shown.length) {
      this.#at = (this.#at + step + this.#shown.length) % this.#shown.length;
      this.#draw();
    } else if (["Enter", "Tab"].includes(event.key) && this.#shown.length) {
      this.#use(this.#shown[this.#at]);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #use({ text }) {
    this.field.value = filled(text, this.#names);
    this.close();
    this.field.focus();
    this.changed();
  }

  #draw(count = 1) {
    keyed(
      this.options,
      this.#shown,
      ({ name, text }) => `${name} ${text}`,
      (reply) => this.#option(reply),
      (reply, option) => {
        const chosen = reply === this.#shown[this.#at];
        attribute(option, "aria-selected", String(chosen));
        if (chosen) {
          attribute(this.field, "aria-activedescendant", option.id);
          option.scrollIntoView({ block: "nearest" });
        }
      },
    );
    this.options.hidden = this.#shown.length === 0;
    const none = count === 0 ? "There are no saved replies yet." : "No saved reply matches.";
    this.nothing.textContent = this.#shown.length ? "" : none;
  }

  #option(reply) {
    const use = (event) => {
      event.preventDefault(); // the field keeps the focus
      this.#use(reply);
    };
    return element(
      "li",
      { id: `saved-${reply.name.replaceAll(/\W+/g, "-")}`, role: "option", on: { mousedown: use } },
      element("strong", {}, reply.name),
      element("span", { class: "meta clip" }, reply.text),
    );
  }
}
