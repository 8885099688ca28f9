// What only a bot's message has: formatting, sources, choices, an offer, thumbs. It comes with the
// first answer, so that the first question does not wait for it.

import { drawing, h, later } from "./dom.js";
import { formatted } from "./formatting.js";
import { dressed, t } from "./words.js";

export { plain } from "./links.js";
export { noticeOf } from "./notices.js";
export { Tail } from "./tail.js";
export const sheet = await dressed("answer.css");

const AHEAD_MS = 1_000;

// What a customer may press next is there before the line is lost.
const AHEAD = ["menu", "quote", "waiting"];
setTimeout(() => (window.requestIdleCallback ?? setTimeout)(() => AHEAD.forEach(later)), AHEAD_MS);

const THUMBS = {
  up: "M7 9l3-6c1.5 0 2.3 1 2 2.5L11.5 8H15a1.5 1.5 0 011.5 1.8l-1 5A1.5 1.5 0 0114 16H7zM7 9H4v7h3",
  down: "M13 11l-3 6c-1.5 0-2.3-1-2-2.5L8.5 12H5a1.5 1.5 0 01-1.5-1.8l1-5A1.5 1.5 0 016 4h7zM13 11h3V4h-3",
};

/** What was said, formatted. */
export const bubble = (text, more = {}) => h("div", { class: "bubble", dir: "auto", ...more }, formatted(text));

/** A message's text without what its buttons show: the list of choices, for those who have none. */
export function wording({ text, choices = [] }) {
  const shown = new Set(choices.map(({ label }) => `- ${label}`));
  return text.split("\n").filter((line) => !shown.has(line)).join("\n");
}

/** What a message says. */
export const said = (row) => bubble(wording(row));

/** What stands below the text of a <wl-message>. */
export const below = (message) => [sources(message), choices(message), offer(message)];

function sources(message) {
  const articles = groupByArticle(message.row.citations);
  if (!articles.length) return null;
  return h("ul", { class: "sources", "aria-label": t("sources") },
    articles.map(({ title, quotes }, index) =>
      h("li", {},
        h("button", {
          class: "chip",
          "data-name": `source${index}`,
          "aria-label": t("source", { n: index + 1, title }),
          title,
          onclick: (event) => message.ask("source", { citations: quotes, at: message.row.at, from: event.currentTarget }),
        }, h("span", { class: "number" }, String(index + 1)), h("span", { class: "cut", dir: "auto" }, title)))));
}

function choices({ row, chat }) {
  if (!row.choices?.length) return null;
  const over = !row.latest || chat.isPending("choose");
  return h("div", { class: "choices", role: "group", "aria-label": t("choices") },
    row.choices.map(({ value, label }) =>
      h("button", { class: "choice", dir: "auto", disabled: over, onclick: () => chat.act({ type: "choose", value }) }, label)));
}

function offer(message) {
  const { chat, row } = message;
  const refused = Number(chat.storage.get("refused") ?? 0) >= row.seq;
  if (!row.offer || !row.latest || refused || chat.state.stage !== "bot") return null;
  const refuse = () => {
    chat.storage.set("refused", String(row.seq));
    message.again();
    message.ask("write");
  };
  return h("div", { class: "choices" },
    h("button", { class: "primary", disabled: chat.isPending("ask_human"), onclick: () => chat.act({ type: "ask_human" }) }, t("person")),
    h("button", { class: "choice", onclick: refuse }, t("no_thanks")));
}

/** Whether it helped: asked under answers. */
export function thumbs({ chat, row: { citations, seq, helpful } }) {
  if (!citations?.length) return null;
  const thumb = (name, value, label) => {
    const on = chat.isPending("feedback", { seq, helpful: value }) || (helpful === value && !chat.isPending("feedback", { seq }));
    const press = () => on || chat.act({ type: "feedback", seq, helpful: value });
    return h("button", { class: "thumb", "data-name": name, "aria-pressed": String(on), "aria-label": label, title: label, onclick: press }, drawing(THUMBS[name]));
  };
  return h("span", { class: "thumbs" }, thumb("up", true, t("helpful")), thumb("down", false, t("unhelpful")));
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
