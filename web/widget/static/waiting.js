// The card over the composer while the customer waits for a person.

import { Card } from "./cards.js";
import { h } from "./dom.js";
import { language, numberOf, t, whenOf } from "./words.js";

/** What may be an e-mail address. */
export const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** <wl-waiting>: `show(chat)` while `chat.state.handoff` stands. */
export class Waiting extends Card {
  #shown = "";
  #asking = false; // the e-mail form is open
  #email = null; // where the customer wants to be written to

  show(chat) {
    const { handoff, email } = chat.state;
    this.#email = email;
    const look = JSON.stringify([handoff, email, this.#asking, chat.isPending("cancel_handoff")]);
    if (look === this.#shown) return;
    this.#shown = look;
    this.chat = chat;
    if (this.#asking && this.root.activeElement?.name === "email") return this.#place(handoff);
    this.root.replaceChildren(
      h("section", { class: "card", "aria-label": t("waiting_title") },
        h("div", { class: "wait" }, h("span", { class: "pulse", "aria-hidden": "true" }),
          h("div", {}, h("p", { class: "strong", id: "place", role: "status" }), h("p", { class: "soft", id: "range" }))),
        this.#asking ? this.#form() : this.#buttons(email)));
    this.#place(handoff);
  }

  #place({ state, position, wait_s, back_at, off_duty }) {
    const place = back_at || off_duty ? t("queued") : state === "offered" ? t("offered") : position === 1 ? t("position_next") : position ? t("position", { n: numberOf(position) }) : t("queued");
    const range = back_at ? t("back_at", { when: whenOf(back_at) }) : off_duty ? this.#offDuty() : wait_s ? t("wait", { range: waitOf(wait_s) }) : t("wait_unknown");
    this.root.getElementById("place").textContent = place;
    this.root.getElementById("range").textContent = range;
  }

  /** No opening is in sight: what is left is a letter. */
  #offDuty() {
    return [t("off_duty"), this.#email && t("email_kept", { email: this.#email })].filter(Boolean).join(" ");
  }

  #buttons(email) {
    const tell = (name) => () => this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }));
    return h("div", { class: "buttons" },
      h("button", { class: "choice", onclick: tell("wl-write") }, t("keep_asking")),
      !email && h("button", { class: "choice", onclick: () => this.#ask(true) }, t("email_instead")),
      h("button", { class: "choice", disabled: this.chat.isPending("cancel_handoff"), onclick: () => this.chat.act({ type: "cancel_handoff" }) }, t("cancel")));
  }

  #form() {
    const field = h("input", { type: "email", name: "email", autocomplete: "email", required: true, id: "email", "aria-describedby": "bad", dir: "ltr" });
    const bad = h("p", { class: "danger", id: "bad", role: "alert" });
    const submit = (event) => {
      event.preventDefault();
      const email = field.value.trim();
      if (!ADDRESS.test(email)) {
        bad.textContent = t("email_bad");
        field.setAttribute("aria-invalid", "true");
        return field.focus();
      }
      this.chat.act({ type: "email_me", email });
      this.#ask(false);
    };
    const escape = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#ask(false);
    };
    return h("form", { class: "form", novalidate: true, onsubmit: submit, onkeydown: escape },
      h("label", { for: "email" }, t("email")), field, bad,
      h("div", { class: "buttons" },
        h("button", { class: "primary", type: "submit" }, t("email_send")),
        h("button", { class: "choice", type: "button", onclick: () => this.#ask(false) }, t("cancel"))));
  }

  #ask(asking) {
    this.#asking = asking;
    this.#shown = "";
    this.show(this.chat);
    this.root.querySelector(asking ? "input" : "button")?.focus();
  }
}

/** "2–5 minutes" for [low, high] seconds; under a minute counts as one. */
function waitOf([low, high]) {
  const hours = high > 5400;
  const unit = hours ? "hour" : "minute";
  const size = hours ? 3600 : 60;
  const format = new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 });
  const [from, to] = [Math.max(1, Math.round(low / size)), Math.max(1, Math.ceil(high / size))];
  return from < to && format.formatRange ? format.formatRange(from, to) : format.format(to);
}

customElements.define("wl-waiting", Waiting);
