// One message: who, what, where it comes from, and what the customer can do about it.

import { Component, h, icon, later } from "./dom.js";
import { dayOf, t, timeOf } from "./words.js";

/**
 * <wl-message>: `show(row, chat, answer)` with a row of transcript.js, and answer.js once it is
 * there; shows the same row only once.
 */
export class Message extends Component {
  #shown = "";

  show(row, chat, answer) {
    const look = JSON.stringify([row, chat.state.stage, chat.state.handoff, this.#waits(row, chat), !answer]);
    if (look === this.#shown) return;
    this.#shown = look;
    this.row = row;
    this.chat = chat;
    const mine = row.role === "customer";
    this.className = `${mine ? "mine" : "theirs"}${row.first ? " first" : ""}${row.latest ? " latest" : ""}`;
    if (answer) this.adopt(answer.sheet);
    const says = answer?.plain ?? String; // addresses become links as soon as there is what makes them
    if (row.role !== "bot") answer = null;
    const focused = this.root.activeElement?.dataset.name;
    this.root.replaceChildren(
      ...[
        !mine && row.first && avatar(row),
        h("div", { class: "stack" },
          h("span", { class: mine || !row.first ? "unseen" : "name" }, mine ? t("you") : nameOf(row)),
          answer ? answer.said(row) : this.#says(row) && h("div", { class: "bubble", dir: "auto" }, says(row.text)),
          this.#files(row.files),
          answer?.below(this),
          h("div", { class: "foot" }, answer?.thumbs(this), this.#meta())),
      ].filter(Boolean),
    );
    if (focused) this.root.querySelector(`[data-name="${focused}"]`)?.focus();
  }

  /** A file sent without words has its name for its words; the file shows it. */
  #says({ text, files }) {
    return !files?.length || text !== files.map(({ name }) => name).join(", ");
  }

  #files(files) {
    if (!files?.length) return null;
    const place = h("div", { class: "attached" });
    later("files").then(({ attachments, sheet }) => {
      this.adopt(sheet);
      place.append(attachments(files));
      this.ask("grown");
    });
    return place;
  }

  /** Which of this message's buttons were pressed and not yet acknowledged. */
  #waits(row, chat) {
    return row.role === "bot" && [chat.isPending("choose"), chat.isPending("ask_human"), chat.isPending("feedback", { seq: row.seq })];
  }

  #meta() {
    const { pending, failed, at, seen, key } = this.row;
    if (failed)
      return h("span", { class: "meta failed" }, t("failed"), " ",
        h("button", { class: "link", "data-name": "retry", onclick: () => this.chat.retry(key) }, t("retry")));
    if (pending) return h("span", { class: "meta" }, t("sending"));
    return h("span", { class: "meta" }, h("time", { datetime: at }, timeOf(at)), seen && h("span", { class: "read" }, ` ${t("seen")}`));
  }

  /** Shows the row again although it is the same: something outside it has changed. */
  again() {
    this.#shown = "";
    this.chat.changed();
  }

  /** Asks the panel for something. */
  ask(what, detail) {
    this.dispatchEvent(new CustomEvent(`wl-${what}`, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("wl-message", Message);

/** The element of a row (transcript.js); a message is still to be shown. */
export function elementOf({ type, at, word, values }) {
  if (type === "message") return h("wl-message");
  if (type === "notice") return h("p", { class: "notice" }, t(word, values));
  return h("h2", { class: "divider" }, h("span", {}, type === "day" ? dayOf(at) : t("new_chat")));
}

/** The name a row is said under. */
export const nameOf = ({ role, name }) => name || t(role === "agent" ? "someone" : "bot");

/** A round picture: the first letters of an agent's name, or the assistant's sign. */
export function avatar({ role, name }) {
  const letters = (name ?? "").split(/\s+/).filter(Boolean).map((word) => [...word][0]);
  const two = letters.length > 1 ? letters[0] + letters.at(-1) : (letters[0] ?? "");
  const person = role === "agent" && two;
  return h("span", { class: `avatar ${role}`, "aria-hidden": "true" }, person ? two.toLocaleUpperCase() : icon("bot"));
}
