// What is not said yet: the answer as it grows, or who is typing.

import { h } from "./dom.js";
import { avatar, nameOf } from "./message.js";
import { awaitsBot } from "./transcript.js";
import { t } from "./words.js";

const SLOW_MS = 12_000; // then the customer is told, and offered a person

/** The end of a panel's log; `draw(rows)` shows in `panel.tail` what its chat awaits. */
export class Tail {
  #slow = null; // timer
  #look = "";

  constructor(panel) {
    this.panel = panel;
  }

  draw(rows) {
    const { chat, tail, answer } = this.panel;
    const { partial, typing } = chat.state;
    const waits = awaitsBot(chat.state) && chat.status === "online" && !rows.at(-1)?.pending;
    if (!waits) {
      clearTimeout(this.#slow);
      this.#slow = null;
    }
    if (waits && !this.#slow) this.#slow = setTimeout(() => tail.append(this.#slowly()), SLOW_MS);
    const who = typing ?? (waits ? { role: "bot" } : null);
    const look = partial !== null ? "partial" : who ? nameOf(who) : "";
    if (look !== this.#look || !look) tail.replaceChildren();
    this.#look = look;
    if (partial !== null) {
      // Growing text is announced once, as the message it becomes.
      const bubble = answer.bubble(partial, { "aria-hidden": "true" });
      tail.replaceChildren(h("div", { class: "say" }, avatar({ role: "bot" }), bubble));
    } else if (look && !tail.firstChild) {
      const dots = h("div", { class: "bubble dots", role: "img", "aria-label": t("typing", { name: look }) }, h("i"), h("i"), h("i"));
      tail.append(h("div", { class: "say" }, avatar(who), dots));
    }
  }

  #slowly() {
    return h("p", { class: "notice" }, t("slow"), " ", h("button", { class: "link", onclick: () => this.panel.askPerson() }, t("person")));
  }
}
