/** The right pane: who the customer is, what came before, tags and priority, what can be done. */

import { dateAndTime, instant } from "./clock.js";
import { attribute, button, element, intend, keyed, replace, say } from "./elements.js";
import { isMine, standing } from "./frames.js";
import { dueUrgency, dueWords } from "./later.js";
import { nameWords, priorityWords, resolutionWords } from "./labels.js";
import { shadow, styles } from "./styles.js";
import { pastEpisodes, told } from "./timeline.js";
import { customerName, deviceWords, initials, languageWords, link } from "./words.js";

const SHEETS = await styles("common.css", "customer.css");
/** Tags that make a case for the evals (`warmline export --eval-cases`; web/exporting.py). */
const MARKS = [
  ["wrong-escalation", "Wrong escalation"],
  ["bot-should-know", "The bot should have known this"],
];

class Customer extends HTMLElement {
  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.avatar = element("span", { class: "avatar", "aria-hidden": "true" });
    this.name = element("h2", { class: "clip", dir: "auto" });
    this.email = element("p", { class: "meta clip" });
    this.facts = element("dl");
    this.actions = element("div", { class: "actions" }, this.#actions());
    this.tags = element("ul", { class: "tags", role: "list" });
    this.tag = element("input", { id: "tag", placeholder: "Add a tag", maxlength: "40", autocomplete: "off", on: { keydown: (event) => this.#tagKey(event) } });
    this.priority = element("select", { id: "priority", on: { change: () => this.#prioritise() } },
      [2, 1, 0, -1].map((value) => element("option", { value }, priorityWords(value))));
    this.past = element("ul", { class: "past", role: "list" });
    this.noPast = element("p", { class: "meta" }, "This customer's earlier conversations will appear here.");
    this.marks = element("div", { class: "actions" }, MARKS.map(([tag, words]) =>
      button({ "data-tag": tag, on: { click: () => this.#mark(tag) } }, element("span", { class: "what" }, words))));
    this.labels = element("section", {},
      element("h3", {}, "Tags"), this.tags,
      element("label", { class: "unseen", for: "tag" }, "Add a tag"), this.tag,
      element("h3", {}, element("label", { for: "priority" }, "Priority")), this.priority,
      element("h3", {}, "Teach the bot"), this.marks);
    this.later = element("section", { class: "later", hidden: true });
    this.whole = element("aside", { "aria-label": "Customer and actions", tabindex: "0" },
      button({ class: "bare icon-only back", icon: "back", label: "Back to the chat", on: { click: () => intend(this, "to-chat") } }),
      element("header", {}, this.avatar, element("div", { class: "names" }, this.name, this.email)),
      this.later,
      this.actions,
      element("section", {}, element("h3", {}, "About"), this.facts),
      this.labels,
      element("section", {}, element("h3", {}, "Past conversations"), this.past, this.noPast));
    replace(this.shadow, this.whole);
  }

  #actions() {
    const action = (wish, words, key, picture) =>
      button({ "data-wish": wish, icon: picture, "aria-keyshortcuts": key, on: { click: () => intend(this, wish) } },
        element("span", { class: "what" }, words), key && element("kbd", { "aria-hidden": "true" }, key));
    return [
      action("ask-close", "Close", "e", "check"),
      action("ask-transfer", "Transfer", "t", "transfer"),
      action("ask-later", "Put away or promise", "s", "clock"),
      action("return-to-bot", "Return to bot", "", "bot"),
      action("return-to-queue", "Back to the queue", "", "inbox"),
    ];
  }

  update(state, now) {
    const id = state.selected;
    this.whole.hidden = id === null;
    if (id === null) return;
    const row = state.rows[id];
    const conversation = state.conversations[id];
    const about = conversation?.about;
    const profile = { ...pick(row, "name", "email"), ...conversation?.packet?.profile, ...about?.customer, ...told(conversation) };
    say(this.avatar, initials(customerName(profile)));
    say(this.name, customerName(profile));
    say(this.email, profile.name && profile.email ? profile.email : profile.email ? "" : "No e-mail address yet");
    this.#drawFacts(profile, about ?? conversation?.packet ?? {});
    this.#drawActions(state, id);
    this.#drawLater(row, now);
    this.#drawLabels(row, about);
    this.#drawPast(about?.episodes?.filter(({ episode }) => episode < conversation.episode) ?? pastEpisodes(conversation));
  }

  #drawFacts(profile, about) {
    const facts = Object.entries(profile).filter(([name, value]) => value && !["name", "email"].includes(name));
    const more = [
      ["page", about.page],
      ["device", about.device && deviceWords(about.device)],
      ["language", about.locale && languageWords(about.locale)],
    ].filter(([, value]) => value);
    const all = [...facts, ...more].map(([name, value]) => ({ name, value: String(value) }));
    keyed(this.facts, all, ({ name, value }) => `${name} ${value}`, ({ name, value }) =>
      element("div", {},
        element("dt", {}, nameWords(name)),
        element("dd", { dir: "auto" }, name === "page" ? link(value, value) : value)));
  }

  #drawActions(state, id) {
    const { stage } = standing(state, id);
    const mine = isMine(state, id);
    const possible = {
      "ask-close": mine || ["waiting", "bot"].includes(stage),
      "ask-transfer": mine,
      "ask-later": Boolean(stage) && stage !== "closed",
      "return-to-bot": mine,
      "return-to-queue": mine,
    };
    for (const action of this.actions.children) action.hidden = !possible[action.dataset.wish];
    this.actions.hidden = Object.values(possible).every((one) => !one);
  }

  /** What was promised, and until when the chat is away, each with the button that ends it. */
  #drawLater(row, now) {
    const { promise, snoozed_until: until } = row ?? {};
    const level = promise ? dueUrgency(instant(promise.due_at), now) : "calm";
    const about = JSON.stringify([promise, until, level, Math.floor(now / 60_000)]);
    this.later.hidden = !promise && !until;
    if (this.later.dataset.about === about) return;
    this.later.dataset.about = about;
    const end = (words, changes) => button({ on: { click: () => intend(this, "label", changes) } }, words);
    replace(this.later,
      promise && element("div", { class: `due ${level}` },
        element("p", { class: "meta" }, `Promised by ${dueWords(instant(promise.due_at), now)}`),
        element("p", { dir: "auto" }, promise.text),
        end("Promise kept", { promise: null, snooze_until: null })),
      until && element("div", { class: "due" },
        element("p", { class: "meta" }, `Away until ${dueWords(instant(until), now)}`),
        end("Bring back now", { snooze_until: null })));
  }

  #drawLabels(row, about) {
    const tags = row?.tags ?? about?.tags ?? [];
    this.current = tags;
    keyed(this.tags, tags, (tag) => tag, (tag) =>
      element("li", { class: "chip" }, element("span", { class: "clip" }, tag),
        button({ class: "bare remove", label: `Remove the tag ${tag}`, on: { click: () => this.#retag({ remove_tags: [tag] }) } }, "×")));
    attribute(this.tags, "hidden", tags.length === 0);
    for (const mark of this.marks.children) {
      attribute(mark, "aria-pressed", String(tags.includes(mark.dataset.tag)));
    }
    if (this.shadow.activeElement !== this.priority) this.priority.value = String(row?.priority ?? 0);
  }

  #drawPast(episodes) {
    this.noPast.hidden = episodes.length > 0;
    keyed(this.past, [...episodes].reverse(), (past) => JSON.stringify(past), (past) =>
      element("li", {}, button({ class: "bare", on: { click: () => intend(this, "episode", { episode: past.episode }) } },
        element("span", { class: "clip first" }, past.first_text || "No message"),
        element("span", { class: "meta clip" }, [dateAndTime(instant(past.started_at)), resolutionWords(past.resolution)].filter(Boolean).join(" · ")))));
  }

  #tagKey(event) {
    const tag = this.tag.value.trim().replace(/^#/, "");
    if (event.key !== "Enter" || tag === "") return;
    event.preventDefault();
    this.tag.value = "";
    if (!this.current.includes(tag)) this.#retag({ add_tags: [tag] });
  }

  #mark(tag) {
    this.#retag(this.current.includes(tag) ? { remove_tags: [tag] } : { add_tags: [tag] });
  }

  /** Only what changes: the whole list would undo what a colleague does meanwhile. */
  #retag(changes) {
    intend(this, "label", changes);
  }

  #prioritise() {
    intend(this, "label", { priority: Number(this.priority.value) });
  }
}

function pick(row, ...names) {
  return Object.fromEntries(names.filter((name) => row?.[name]).map((name) => [name, row[name]]));
}

customElements.define("warmline-customer", Customer);
