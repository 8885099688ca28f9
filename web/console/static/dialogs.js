/** Questions the desk asks before it acts: whom to hand over to, how it ended, and the keys. */

import { button, element, icon, intend, replace } from "./elements.js";
import { http, Refused } from "./http.js";
import { SHORTCUTS } from "./keys.js";
import { dueWords, localValue, usualTimes } from "./later.js";
import { shadow, styles } from "./styles.js";

const SHEETS = await styles("common.css", "dialogs.css");

/** A modal dialog that gives the focus back to where it was. */
class Dialog extends HTMLElement {
  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.heading = element("h2", { id: "heading" });
    this.content = element("div", { class: "content" });
    this.dialog = element(
      "dialog",
      { "aria-labelledby": "heading" },
      element(
        "div",
        { class: "head" },
        this.heading,
        button({ class: "bare icon-only", icon: "close", label: "Close the dialog", on: { click: () => this.shut() } }),
      ),
      this.content,
    );
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.shut();
    });
    this.dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      this.shut(); // at once: the next key is for the desk again
    });
    replace(this.shadow, this.dialog);
  }

  get open() {
    return this.dialog.open;
  }

  show(title, ...content) {
    this.heading.textContent = title;
    replace(this.content, content);
    if (!this.dialog.open) this.dialog.showModal();
    (this.content.querySelector("button:enabled") ?? this.dialog.querySelector("button")).focus();
  }

  shut() {
    this.dialog.close();
    this.shadow.activeElement?.blur(); // a browser leaves the focus in here until it draws again
  }
}

const RESOLUTIONS = [
  ["solved", "Solved", "The customer has what they need."],
  ["unsolved", "Not solved", "We could not help this time."],
  ["no_reply", "No reply", "The customer stopped answering."],
  ["spam", "Spam", "Not a real question. No survey is sent."],
];

class Desk extends Dialog {
  /** Ask how it ended, then close the chat. */
  askClose() {
    this.show(
      "Close the chat",
      element(
        "ul",
        { class: "options", role: "list" },
        RESOLUTIONS.map(([resolution, title, words]) =>
          this.#option({ title, words }, () => intend(this, "close", { resolution })),
        ),
      ),
    );
  }

  /** Ask who shall have the chat, then hand it over. */
  async askTransfer(me) {
    const looking = element("p", { role: "status" }, "Looking who is there…");
    const asked = () => this.open && looking.isConnected; // not shut, nor another question since
    this.show("Transfer the chat", looking);
    let team;
    try {
      team = await http.team();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (asked()) this.show("Transfer the chat", element("p", { class: "problem", role: "alert" }, refused.message));
      return;
    }
    if (!asked()) return;
    const others = (team?.agents ?? []).filter(({ id }) => id !== me?.id);
    const order = { online: 0, away: 1, offline: 2 };
    others.sort((a, b) => order[a.presence] - order[b.presence] || a.name.localeCompare(b.name));
    this.show(
      "Transfer the chat",
      element(
        "ul",
        { class: "options", role: "list" },
        others.map((agent) => this.#colleague(agent)),
        (team?.skills ?? []).map((skill) =>
          this.#option({ title: `Queue: ${skill}`, words: "To the queue of this skill." }, () => intend(this, "transfer", { to: `skill:${skill}` })),
        ),
        this.#option({ title: "Back to the queue", words: "The next free agent takes it. It goes to the front." }, () => intend(this, "return-to-queue")),
      ),
      others.length === 0 && element("p", { class: "meta" }, "Colleagues appear here once an administrator has added them."),
    );
  }

  #colleague({ id, name, presence, load, capacity }) {
    const chats = load === undefined || load === null ? "" : ` · ${load}${capacity ? ` of ${capacity}` : ""} chats`;
    const full = capacity && load >= capacity;
    const words = `${{ online: "Online", away: "Away", offline: "Offline" }[presence] ?? "Offline"}${chats}${full ? " · full" : ""}`;
    const give = () => intend(this, "transfer", { to: id });
    return this.#option({ title: name, words, dot: presence, disabled: presence === "offline" || full }, give);
  }

  #option({ title, words, dot, ...given }, act) {
    const choose = () => {
      this.shut();
      act();
    };
    return element(
      "li",
      {},
      button(
        { class: "option", ...given, on: { click: choose } },
        dot && element("span", { class: `dot ${dot}` }),
        element("span", { class: "title" }, title),
        element("span", { class: "meta" }, words),
      ),
    );
  }

  /** Ask until when the chat shall be away, and whether something was promised. */
  askLater(now) {
    const promise = element("input", { id: "promise", maxlength: "200", autocomplete: "off", placeholder: "Ring the carrier and write back" });
    const own = element("input", { id: "until", type: "datetime-local", min: localValue(now) });
    own.value = localValue(usualTimes(now)[0].at);
    const choose = (at) => {
      this.shut();
      const text = promise.value.trim();
      const until = new Date(at).toISOString();
      intend(this, "label", { snooze_until: until, ...(text && { promise: { text, due_at: until } }) });
    };
    const chosen = (event) => {
      event.preventDefault();
      const at = Date.parse(own.value);
      if (at > Date.now()) choose(at);
      else own.reportValidity();
    };
    this.show(
      "Put away until …",
      element("div", { class: "field" },
        element("label", { for: "promise" }, "What you promised the customer (may be empty)"), promise,
        element("p", { class: "meta" }, "It stands in the chat until it is kept. The chat comes back by itself, or when the customer writes.")),
      element("ul", { class: "options", role: "list" }, usualTimes(now).map(({ words, at }) =>
        element("li", {}, button({ class: "option", on: { click: () => choose(at) } },
          element("span", { class: "title" }, words), element("span", { class: "meta" }, dueWords(at, now)))))),
      element("form", { class: "own", on: { submit: chosen } },
        element("label", { for: "until" }, "Another time"), own, button({ type: "submit" }, "Put away")),
    );
  }

  /** Show every key. */
  showKeys(enabled) {
    this.show(
      "Keyboard shortcuts",
      element(
        "dl",
        { class: "keys" },
        SHORTCUTS.map(({ keys, words }) =>
          element("div", {}, element("dt", {}, keys.map((key) => element("kbd", {}, key))), element("dd", {}, words)),
        ),
      ),
      !enabled && element("p", { class: "problem" }, icon("keyboard"), " Single-key shortcuts are switched off in the settings."),
    );
  }
}

customElements.define("warmline-dialog", Desk);
