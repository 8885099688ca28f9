// Earlier chats: a list, and each to be read again, over the log.

import { Card, backSign } from "./cards.js";
import { h, later } from "./dom.js";
import { unformatted } from "./formatting.js";
import { elementOf, nameOf } from "./message.js";
import { rows } from "./transcript.js";
import { dayOf, dressed, t, timeOf } from "./words.js";

const sheet = await dressed("past.css");
const answer = await later("answer");
const reading = { ...answer, thumbs: () => null }; // what is past is read, not rated

/** <wl-past>: `open(panel)`; tells `wl-back`. Escape goes one step back too. */
export class Past extends Card {
  #at = null; // the episode that is read; null: the list

  open(panel) {
    this.panel = panel;
    this.adopt(sheet);
    this.adopt(answer.sheet);
    this.#list();
  }

  focus() {
    this.root.querySelector("button").focus();
  }

  #list() {
    const read = this.#at;
    this.#at = null;
    const shown = chatsOf(this.panel.chat.state);
    this.#show(t("past"), t("back"),
      h("ul", { class: "chats" }, shown.map((one) => h("li", {}, this.#entry(one)))));
    this.root.querySelector(`[data-episode="${read}"]`)?.focus();
  }

  #entry({ episode, at, last, solved, over }) {
    const speaker = last && (last.from.role === "customer" ? t("you") : nameOf(last.from));
    return h("button", { class: "past", "data-episode": episode, onclick: () => (over ? this.#read(episode) : this.#back()) },
      h("span", { class: "when" }, h("time", { datetime: at }, `${dayOf(at)}, ${timeOf(at)}`), h("span", { class: solved ? "end solved" : "end" }, endOf(solved, over))),
      last && h("span", { class: "last" }, h("bdi", { class: "soft" }, `${speaker}:`), " ", h("span", { class: "cut", dir: "auto" }, last.from.role === "bot" ? unformatted(last.text) : last.text)));
  }

  #read(episode) {
    const { chat, owner } = this.panel;
    const { state } = chat;
    const events = state.events.filter((one) => one.episode === episode);
    const made = rows({ ...state, events, first: episode, stage: "closed" }, answer.noticeOf);
    this.#at = episode;
    const log = h("div", { class: "log", tabindex: "0", role: "region", "aria-label": t("log") }, made.map((row) => {
      const element = elementOf(row);
      // Nothing is the latest word any more: no choice and no offer can be taken up.
      if (row.type === "message") element.show({ ...row, latest: false }, chat, reading);
      return element;
    }));
    const save = async () => (await later("download")).save(made, owner.name, "page");
    this.#show(t("past"), t("past"), log, h("p", { class: "hint" }, h("button", { class: "link", onclick: save }, t("download_page"))));
  }

  /** A page of this part: its title, the way back, what it holds. */
  #show(title, back, ...content) {
    const { chat } = this.panel;
    const anew = chat.state.stage === "closed" && h("div", { class: "anew" },
      h("button", { class: "primary", onclick: () => { this.#back(); this.panel.startAnew(); } }, t("start_new")));
    this.root.replaceChildren(
      h("section", { class: "quote", role: "dialog", "aria-label": title, onkeydown: (event) => this.#key(event) },
        h("header", { class: "bar-head" },
          h("button", { class: "icon", "aria-label": back, title: back, onclick: () => this.#step() }, backSign()),
          h("h2", {}, title)),
        ...content, anew || ""));
    this.focus();
    const log = this.root.querySelector(".log");
    if (log) log.scrollTop = log.scrollHeight;
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#step();
  }

  #step() {
    this.#at === null ? this.#back() : this.#list();
  }

  #back() {
    this.dispatchEvent(new CustomEvent("wl-back", { bubbles: true, composed: true }));
  }
}

const endOf = (solved, over) => t(solved ? "past_solved" : over ? "past_ended" : "past_open");

/**
 * The chats of a conversation, the latest first: {episode, at, last, solved, over}; `at` is the
 * time of the last word, `last` its event.
 */
export function chatsOf({ events }) {
  const chats = new Map();
  for (const one of events) {
    const chat = chats.get(one.episode) ?? { episode: one.episode, at: one.at, last: null, solved: false, over: false };
    if (one.kind === "message") Object.assign(chat, { last: one, at: one.at });
    if (one.kind === "stage") {
      chat.over = one.stage === "closed";
      chat.solved = chat.over && ["solved", "confirmed"].includes(one.resolution);
    }
    chats.set(one.episode, chat);
  }
  return [...chats.values()].reverse();
}

customElements.define("wl-past", Past);
