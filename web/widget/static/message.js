// One message: who, what, where it comes from, and what the customer can do about it.

import { Component, h, icon } from "./dom.js";
import { formatted, plain } from "./formatting.js";
import { t, timeOf } from "./words.js";

/** <wl-message>: `show(row, chat)` with a row of transcript.js; shows the same row only once. */
export class Message extends Component {
  #shown = "";

  show(row, chat) {
    const look = JSON.stringify([row, chat.state.stage, chat.state.handoff, this.#waits(row, chat)]);
    if (look === this.#shown) return;
    this.#shown = look;
    this.row = row;
    this.chat = chat;
    const mine = row.role === "customer";
    this.className = `${mine ? "mine" : "theirs"}${row.first ? " first" : ""}${row.latest ? " latest" : ""}`;
    const focused = this.root.activeElement?.dataset.name;
    this.root.replaceChildren(
      ...[
        !mine && row.first && avatar(row),
        h("div", { class: "stack" },
          h("span", { class: mine || !row.first ? "unseen" : "name" }, mine ? t("you") : nameOf(row)),
          h("div", { class: "bubble", dir: "auto" }, row.role === "bot" ? formatted(row.text) : plain(row.text)),
          this.#sources(),
          this.#choices(),
          this.#offer(),
          h("div", { class: "foot" }, this.#thumbs(), this.#meta())),
      ].filter(Boolean),
    );
    if (focused) this.root.querySelector(`[data-name="${focused}"]`)?.focus();
  }

  /** Which of this message's buttons were pressed and not yet acknowledged. */
  #waits(row, chat) {
    return row.role === "bot" && [chat.isPending("choose"), chat.isPending("ask_human"), chat.isPending("feedback", { seq: row.seq })];
  }

  #sources() {
    const articles = groupByArticle(this.row.citations);
    if (!articles.length) return null;
    return h("ul", { class: "sources", "aria-label": t("sources") },
      articles.map(({ title, quotes }, index) =>
        h("li", {},
          h("button", {
            class: "chip",
            "data-name": `source${index}`,
            "aria-label": t("source", { n: index + 1, title }),
            title,
            onclick: (event) => this.#ask("source", { citations: quotes, from: event.currentTarget }),
          }, h("span", { class: "number" }, String(index + 1)), h("span", { class: "cut", dir: "auto" }, title)))));
  }

  #choices() {
    const { choices, latest } = this.row;
    if (!choices?.length) return null;
    const over = !latest || this.chat.isPending("choose");
    return h("div", { class: "choices", role: "group", "aria-label": t("choices") },
      choices.map(({ value, label }) =>
        h("button", { class: "choice", disabled: over, onclick: () => this.chat.act({ type: "choose", value }) }, label)));
  }

  #offer() {
    const { offer, latest, seq } = this.row;
    const refused = Number(this.chat.storage.get("refused") ?? 0) >= seq;
    if (!offer || !latest || refused || this.chat.state.stage !== "bot") return null;
    const refuse = () => {
      this.chat.storage.set("refused", String(seq));
      this.#shown = "";
      this.chat.changed();
      this.#ask("write");
    };
    return h("div", { class: "choices" },
      h("button", { class: "primary", disabled: this.chat.isPending("ask_human"), onclick: () => this.chat.act({ type: "ask_human" }) }, t("person")),
      h("button", { class: "choice", onclick: refuse }, t("no_thanks")));
  }

  #thumbs() {
    const { role, citations, seq, helpful } = this.row;
    if (role !== "bot" || !citations?.length) return null;
    const thumb = (name, value, label) => {
      const on = this.chat.isPending("feedback", { seq, helpful: value }) || (helpful === value && !this.chat.isPending("feedback", { seq }));
      const press = () => on || this.chat.act({ type: "feedback", seq, helpful: value });
      return h("button", { class: "thumb", "data-name": name, "aria-pressed": String(on), "aria-label": label, title: label, onclick: press }, icon(name));
    };
    return h("span", { class: "thumbs" }, thumb("up", true, t("helpful")), thumb("down", false, t("unhelpful")));
  }

  #meta() {
    const { pending, failed, at, seen, key } = this.row;
    if (failed)
      return h("span", { class: "meta failed" }, t("failed"), " ",
        h("button", { class: "link", "data-name": "retry", onclick: () => this.chat.retry(key) }, t("retry")));
    if (pending) return h("span", { class: "meta" }, t("sending"));
    return h("span", { class: "meta" }, h("time", { datetime: at }, timeOf(at)), seen && h("span", { class: "read" }, ` ${t("seen")}`));
  }

  #ask(what, detail) {
    this.dispatchEvent(new CustomEvent(`wl-${what}`, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("wl-message", Message);

/** The name a row is said under. */
export const nameOf = ({ role, name }) => name || t(role === "agent" ? "someone" : "bot");

/** A round picture: the first letters of an agent's name, or the assistant's sign. */
export function avatar({ role, name }) {
  const letters = (name ?? "").split(/\s+/).filter(Boolean).map((word) => [...word][0]);
  const two = letters.length > 1 ? letters[0] + letters.at(-1) : (letters[0] ?? "");
  const person = role === "agent" && two;
  return h("span", { class: `avatar ${role}`, "aria-hidden": "true" }, person ? two.toLocaleUpperCase() : icon("bot"));
}

/** Citations by article, in the order of first use: [{title, quotes: [citation]}]. */
export function groupByArticle(citations = []) {
  const groups = new Map();
  for (const one of citations) {
    if (!groups.has(one.article)) groups.set(one.article, { title: one.title || one.article, quotes: [] });
    groups.get(one.article).quotes.push(one);
  }
  return [...groups.values()];
}
