// Where the customer writes. What stands here is kept until it is sent.

import { Component, h, icon, later } from "./dom.js";
import { numberOf, t } from "./words.js";

const LINES = 5;
const LONG = 4; // times what a message may hold: laying more out would stall the page

/** <wl-composer>: tells `wl-send` {text, files} and `wl-typing`; `storage` keeps the draft. */
export class Composer extends Component {
  #max = 4000;

  build(storage, maxChars, chat, maxFileBytes) {
    this.#max = maxChars || this.#max;
    this.chat = chat;
    this.maxFileBytes = maxFileBytes;
    this.storage = storage;
    this.field = h("textarea", {
      rows: "1",
      maxlength: this.#max * LONG,
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
    const form = h("form", { class: "composer", onsubmit: submit }, this.field, this.button);
    this.waiting = h("div");
    this.root.replaceChildren(this.waiting, form, this.limit);
    if (maxFileBytes) this.#takeFiles(form);
    this.field.value = storage.get("draft") ?? "";
    if (storage.get("files")) this.#attach([]);
    this.#grow();
  }

  set placeholder(text) {
    if (this.field.placeholder !== text) this.field.placeholder = text;
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  /** Files come by the button, by pasting and by dropping; so does a text that is no message any more. */
  #takeFiles(form) {
    const chosen = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", accept: "image/*,.pdf,.txt,.log,.csv,.md", onchange: () => {
      this.#attach(chosen.files);
      chosen.value = "";
    } });
    form.prepend(h("button", { class: "icon", type: "button", "aria-label": t("attach"), title: t("attach"), onclick: () => chosen.click() }, icon("clip")), chosen);
    const take = (event, data) => {
      const text = data.getData("text");
      const files = text.length > this.#max * LONG ? [new File([text], "text.txt")] : data.files;
      if (!files.length) return;
      event.preventDefault();
      this.#attach(files);
    };
    this.field.addEventListener("paste", (event) => take(event, event.clipboardData));
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => take(event, event.dataTransfer));
  }

  async #attach(files) {
    const chosen = [...files]; // the list empties when the field is cleared
    await later("files");
    if (!this.files) {
      this.waiting.append((this.files = h("wl-files")));
      this.files.addEventListener("wl-files", () => this.#grow());
      this.files.restore(this.storage);
    }
    for (const file of chosen) this.files.add(file, this.chat, this.maxFileBytes);
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
    if (this.button.disabled) return;
    const files = this.files?.take() ?? [];
    this.field.value = "";
    this.storage.remove("draft");
    this.#grow();
    this.dispatchEvent(new CustomEvent("wl-send", { detail: { text: text || files.map(({ name }) => name).join(", "), files } }));
  }

  /** Characters (code points, as the server counts) beyond the limit. */
  #over() {
    return [...this.field.value.trim()].length - this.#max;
  }

  #grow() {
    const over = this.#over();
    this.limit.textContent = over > 0 ? t("too_long", { n: numberOf(over) }) : "";
    this.button.disabled = (!this.field.value.trim() && !this.files?.files.length) || over > 0;
    this.field.dir = this.field.value ? "auto" : ""; // empty, the placeholder's own direction
    this.field.style.height = "auto";
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(this.field);
    const most = parseFloat(lineHeight) * LINES + parseFloat(paddingTop) + parseFloat(paddingBottom);
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, most)}px`;
  }
}

customElements.define("wl-composer", Composer);
