// Where the customer writes. What stands here is kept until it is sent.

import { Component, h, icon } from "./dom.js";
import { numberOf, t } from "./words.js";

const LINES = 5;

/** <wl-composer>: tells `wl-send` {text} and `wl-typing`; `storage` keeps the draft. */
export class Composer extends Component {
  #max = 4000;

  build(storage, maxChars) {
    this.#max = maxChars || this.#max;
    this.storage = storage;
    this.field = h("textarea", {
      rows: "1",
      "aria-label": t("message"),
      "aria-describedby": "limit",
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.button = h("button", { class: "send", "aria-label": t("send"), title: t("send"), type: "submit" }, icon("send"));
    this.limit = h("p", { class: "limit", id: "limit", role: "status" });
    const submit = (event) => {
      event.preventDefault();
      this.#send();
    };
    this.root.replaceChildren(h("form", { class: "composer", onsubmit: submit }, this.field, this.button), this.limit);
    this.field.value = storage.get("draft") ?? "";
    this.#grow();
  }

  set placeholder(text) {
    if (this.field.placeholder !== text) this.field.placeholder = text;
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  #changed() {
    this.storage.set("draft", this.field.value);
    this.#grow();
    if (this.field.value) this.dispatchEvent(new Event("wl-typing"));
  }

  #key(event) {
    // While an input method composes, Enter belongs to it (229: Safari's late keydown).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.field.value.trim();
    this.focus();
    if (!text || this.#over() > 0) return;
    this.field.value = "";
    this.storage.remove("draft");
    this.#grow();
    this.dispatchEvent(new CustomEvent("wl-send", { detail: { text } }));
  }

  /** Characters (code points, as the server counts) beyond the limit. */
  #over() {
    return [...this.field.value.trim()].length - this.#max;
  }

  #grow() {
    const over = this.#over();
    this.limit.textContent = over > 0 ? t("too_long", { n: numberOf(over) }) : "";
    this.button.disabled = !this.field.value.trim() || over > 0;
    this.field.dir = this.field.value ? "auto" : ""; // empty, the placeholder's own direction
    this.field.style.height = "auto";
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(this.field);
    const most = parseFloat(lineHeight) * LINES + parseFloat(paddingTop) + parseFloat(paddingBottom);
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, most)}px`;
  }
}

customElements.define("wl-composer", Composer);
