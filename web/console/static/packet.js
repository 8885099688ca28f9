/** The card an agent reads first: why, what about, what was tried, what is still open. */

import { dateAndTime, instant } from "./clock.js";
import { attribute, element, icon, replace, say } from "./elements.js";
import { sources } from "./evidence.js";
import { files } from "./files.js";
import { figureLines, nameWords, reasonWords } from "./labels.js";
import { shadow, styles } from "./styles.js";
import { told } from "./timeline.js";
import { languageWords, link } from "./words.js";
import { formatted } from "../widget/formatting.js";

const SHEETS = await styles("common.css", "evidence.css", "../widget/prose.css", "packet.css");

class PacketCard extends HTMLElement {
  #packet = null;
  #changed = "";
  #conversation = null;
  #touched = false;

  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.gist = element("span", { class: "clip" });
    this.toggle = element(
      "button",
      { type: "button", class: "bare head", "aria-expanded": "true", "aria-controls": "body", on: { click: () => this.#touch() } },
      element("span", { class: "why" }, "Handoff"),
      this.gist,
      icon("down"),
    );
    this.body = element("div", { id: "body", class: "body", tabindex: "0", role: "region", "aria-label": "Handoff packet" });
    replace(this.shadow, element("h2", {}, this.toggle), this.body);
  }

  /**
   * @param {string} conversation its id
   * @param {{packet: object | null} | undefined} known what is known of it; the packet is that of
   *   handoff/packet.py as JSON
   * @param {boolean} answered a person has written since: the card folds itself
   */
  show(conversation, known, answered) {
    const packet = known?.packet;
    this.hidden = !packet;
    if (!packet) return;
    if (conversation !== this.#conversation) this.#touched = false;
    this.#conversation = conversation;
    const changes = changedSince(packet, known);
    const changed = JSON.stringify(changes);
    if (packet !== this.#packet || changed !== this.#changed) {
      this.#packet = packet;
      this.#changed = changed;
      this.#draw(packet, changes);
    }
    if (!this.#touched) this.#fold(answered);
  }

  #touch() {
    this.#touched = true;
    this.#fold(this.toggle.getAttribute("aria-expanded") === "true");
  }

  #fold(folded) {
    attribute(this.toggle, "aria-expanded", String(!folded));
    this.body.hidden = folded;
  }

  #draw(packet, changes) {
    say(this.gist, packet.question || packet.summary || reasonWords(packet.reason));
    replace(
      this.body,
      element(
        "p",
        { class: "facts" },
        element("span", { class: "chip accent" }, reasonWords(packet.reason)),
        figureLines(packet.figures).map((words) => element("span", { class: "chip" }, words)),
        frustrationTrend(packet.frustration),
        element("span", { class: "meta" }, footWords(packet)),
      ),
      changes.length ? part("Told since the handoff", element("ul", { class: "changes" }, changes.map(change))) : null,
      packet.question && part("Open question", element("p", { class: "question", dir: "auto" }, packet.question)),
      packet.worded_summary &&
        part("In short, by the language model", element("p", { class: "worded", dir: "auto" }, packet.worded_summary)),
      packet.summary && packet.summary !== packet.question
        ? part("Summary", element("p", { dir: "auto" }, packet.summary))
        : null,
      packet.shown?.length ? part("What the bot showed", element("ul", { class: "shown" }, packet.shown.map(shownAnswer))) : null,
      packet.attachments?.length ? part("Attached", files(packet.attachments.map(attached))) : null,
      packet.searched?.length ? part("What it searched for", element("ul", { class: "searched" }, packet.searched.map(search))) : null,
      packet.suggested?.length
        ? part("Worth a look", element("ul", { class: "searched" }, packet.suggested.map((article) => element("li", { class: "article" }, link(articlePath(article), article)))))
        : null,
    );
  }
}

function part(title, ...content) {
  return element("section", {}, element("h3", {}, title), content);
}

/** What the profile has become since the packet was stored: `{name, value, before}`. */
function changedSince(packet, known) {
  const before = packet.profile ?? {};
  return Object.entries(told(known, instant(packet.at) ?? 0))
    .filter(([name, value]) => value && value !== before[name])
    .map(([name, value]) => ({ name, value: String(value), before: before[name] }));
}

function change({ name, value, before }) {
  return element("li", {},
    `${nameWords(name)}: `,
    element("bdi", {}, value),
    before && element("span", { class: "meta" }, " (was ", element("bdi", {}, before), ")"));
}

/** When, in which language, on which page and device, and from which articles the bot answered. */
function footWords({ at, locale, snapshot, page, device }) {
  return [dateAndTime(instant(at)), locale && languageWords(locale), page && `on ${page}`, device, snapshot && `articles ${snapshot}`]
    .filter(Boolean)
    .join(" · ");
}

/** A file of the packet as the transcript's events tell of it. */
function attached({ id, name, type, size }) {
  return { name, mime: type, size, address: `/files/${id}` };
}

/** Where an article can be read as it stands now. */
function articlePath(article) {
  return `/help/articles/${article.split("/").map(encodeURIComponent).join("/")}`;
}

/** How frustration went from turn to turn, when there is more than one figure. */
function frustrationTrend(turns) {
  if (!turns || turns.length < 2) return null;
  const last = turns.at(-1);
  const tone = last >= 0.7 ? "red" : last >= 0.4 ? "amber" : "";
  const values = turns.slice(-5).map((value) => Math.round(value * 100));
  return element("span", { class: `chip ${tone}` }, `Frustration ${values.join(" → ")} %`);
}

function shownAnswer({ text, citations, rejected }) {
  return element(
    "li",
    {},
    element(
      "span",
      { class: `chip ${rejected ? "red" : ""}` },
      rejected ? "rejected" : "shown",
    ),
    element("div", { class: "answer", dir: "auto" }, formatted(text)),
    sources(citations),
  );
}

function search({ query, articles }) {
  return element(
    "li",
    {},
    element("span", { dir: "auto" }, `“${query}”`),
    articles?.length ? element("span", { class: "article" }, ` ${articles.slice(0, 3).join(", ")}`) : null,
  );
}

customElements.define("warmline-packet", PacketCard);
