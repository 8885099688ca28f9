/** The middle of the middle: what was said and done, read politely to screen readers. */

import { dateAndTime, timeOfDay } from "./clock.js";
import { attribute, button, element, intend, keyed, replace, say } from "./elements.js";
import { sources } from "./evidence.js";
import { files } from "./files.js";
import { isWritten } from "./frames.js";
import { shadow, styles } from "./styles.js";
import { timeline } from "./timeline.js";
import { customerName } from "./words.js";
import { formatted, plain } from "../widget/formatting.js";

const SHEETS = await styles("common.css", "evidence.css", "../widget/prose.css", "transcript.css");
/** Closer to the end than this counts as reading along (pixels). */
const NEAR_END_PX = 80;
/** A typing sign without a word for this long has ended unseen. */
const TYPING_MS = 8000;

class Transcript extends HTMLElement {
  #shown = null;
  #episode = null;
  #drawn = {};
  #sought = null;
  #pending = null; // the number of the message that shall come into sight
  #following = true; // the end is in sight and stays there, whatever grows

  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.log = element("ol", { class: "lines", role: "list" });
    this.earlier = button({ class: "earlier", hidden: true, on: { click: () => this.#showEarlier() } });
    this.partial = element("div", { class: "said bot partial", hidden: true });
    this.typing = element("p", { class: "meta typing", role: "status" });
    this.scroller = element(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "Transcript", on: { scroll: () => this.#scrolled() } },
      this.earlier,
      element("div", { role: "log", "aria-label": "Conversation" }, this.log),
      this.partial,
      this.typing,
    );
    this.newer = button(
      { class: "newer", icon: "down", hidden: true, on: { click: () => this.#toEnd() } },
      "New messages",
    );
    replace(this.shadow, this.scroller, this.newer);
    new ResizeObserver(() => this.#following && this.#toEnd()).observe(this.scroller);
  }

  update(state, now) {
    const id = state.selected;
    const conversation = state.conversations[id];
    const unsent = state.outbox.filter(({ frame }) => frame.conversation === id && isWritten(frame));
    this.#drawEphemeral(conversation, state.rows[id], now);
    if (id !== this.#shown) this.#episode = null;
    this.#seek(state.sought, conversation);
    const from = this.#episode ?? conversation?.episode ?? 1;
    const name = customerName({ ...state.rows[id], ...conversation?.about?.customer });
    const progress = unsent.map((sent) => sent.progress).join();
    const fresh = { id, conversation, progress, from, name };
    if (Object.keys(fresh).every((name) => fresh[name] === this.#drawn[name])) return;
    this.#drawn = fresh;
    const other = id !== this.#shown;
    this.#shown = id;
    if (other) replace(this.log); // lines are kept by the numbers of events: every chat has those
    if (other || unsent.length) this.#following = true;
    this.#drawLog({ conversation, unsent, from, name }, now);
    if (this.#following) this.#toEnd();
    else this.newer.hidden = false;
    this.#showSought();
  }

  /** A message that a search found: its episode is shown, and it comes into sight once. */
  #seek(sought, conversation) {
    if (sought === this.#sought) return;
    this.#sought = sought;
    this.#pending = null;
    const event = sought && conversation?.events.find(({ seq }) => seq === sought.seq);
    if (sought && !event) this.#sought = undefined; // its events are still on their way
    if (!event) return;
    this.#pending = sought.seq;
    this.#drawn = {};
    if ((event.episode ?? 1) < conversation.episode) this.#episode = event.episode;
  }

  #showSought() {
    const item = this.#pending && this.log.querySelector(`[data-seq="${this.#pending}"]`);
    if (!item) return;
    for (const other of this.log.querySelectorAll(".sought")) other.classList.remove("sought");
    item.classList.add("sought");
    this.#following = false;
    this.#pending = null;
    item.scrollIntoView({ block: "center" });
  }

  #drawLog({ conversation, unsent, from, name }, now) {
    const lines = conversation ? timeline(conversation, unsent, from, now) : [];
    const seen = conversation?.seenSeq ?? 0;
    keyed(this.log, lines, (line) => line.key, makeLine, (line, item) => drawLine(item, line, seen, name));
    const first = conversation?.events[0]?.episode ?? 1;
    this.earlier.hidden = !(first < from);
    const count = from - first;
    say(this.earlier, `Show ${count === 1 ? "the earlier conversation" : `${count} earlier conversations`}`);
  }

  #drawEphemeral(conversation, row, now) {
    const partial = conversation?.partial ?? null;
    this.partial.hidden = partial === null;
    say(this.partial, partial);
    const typing = conversation?.typing.customer;
    const fresh = typing && now - typing.since < TYPING_MS;
    say(this.typing, fresh ? `${customerName(row)} is typing…` : "");
  }

  /** Show a past episode and everything since. */
  showEpisode(episode) {
    this.#episode = episode;
    this.#drawn = {};
    this.#following = false;
    intend(this, "redraw");
    this.newer.hidden = true;
    this.scroller.scrollTop = 0;
  }

  #showEarlier() {
    this.showEpisode(1);
    this.scroller.focus();
  }

  #nearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #scrolled() {
    this.#following = this.#nearEnd();
    if (this.#following) this.newer.hidden = true;
  }

  #toEnd() {
    this.#following = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.newer.hidden = true;
  }
}

function makeLine(line) {
  if (line.form === "day") return element("li", { class: "day" }, element("span", {}, line.words));
  if (line.form === "quiet") {
    return element(
      "li",
      { class: "quiet" },
      line.words,
      " ",
      element("time", { datetime: line.event.at, title: dateAndTime(line.at) }, timeOfDay(line.at)),
    );
  }
  return makeMessage(line);
}

function makeMessage(line) {
  const { event } = line;
  const role = line.form === "note" ? "note" : event.from.role;
  const text = element("div", { class: "text", dir: "auto" }, role === "bot" ? formatted(event.text) : plain(event.text));
  return element(
    "li",
    { class: `said ${role}`, "data-seq": event.seq },
    element(
      "p",
      { class: "meta by" },
      element("span", { class: "who" }),
      element("time", { datetime: event.at, title: dateAndTime(line.at) }, timeOfDay(line.at)),
    ),
    text,
    event.files?.length ? files(event.files) : null,
    role === "bot" && event.choices?.length
      ? element("ul", { class: "choices" }, event.choices.map(({ label }) => element("li", { class: "chip" }, label)))
      : null,
    role === "bot" ? sources(event.citations) : null,
    element("div", { class: "after meta" }),
  );
}

function speaker({ form, event, sent }, customer) {
  if (sent) return form === "note" ? "Your note" : "You";
  if (form === "note") return `Note by ${event.from.name ?? "an agent"}`;
  const names = { customer, bot: "Bot", agent: "Agent", system: "Warmline" };
  return event.from.name ?? names[event.from.role];
}

function drawLine(item, line, seenSeq, customer) {
  const after = item.querySelector(".after");
  if (!after) return;
  say(item.querySelector(".who"), speaker(line, customer));
  const { event, progress } = line;
  attribute(item, "data-progress", progress ?? null);
  if (progress === "failed") {
    if (after.dataset.failed === line.problem) return;
    after.dataset.failed = line.problem ?? "";
    const { client_id: id } = line.sent;
    replace(
      after,
      element("span", { class: "failed", role: "alert" }, `Not sent. ${line.problem ?? ""} `),
      button({ on: { click: () => intend(item, "resend", { client_id: id }) } }, "Try again"),
      button({ class: "bare", on: { click: () => intend(item, "discard", { client_id: id }) } }, "Discard"),
    );
    return;
  }
  if ("failed" in after.dataset) delete after.dataset.failed;
  say(after, footnote(line, event, progress, seenSeq));
  attribute(after, "class", `after meta${line.helpful === false ? " rejected" : ""}`);
}

function footnote(line, event, progress, seenSeq) {
  if (progress === "sending") return "Sending…";
  if (event.from.role === "bot" && line.form === "message") {
    const sure = event.decided?.confidence ?? event.confidence;
    const facts = [
      line.helpful === false && "Customer: not helpful",
      line.helpful === true && "Customer: helpful",
      typeof sure === "number" && event.citations?.length && `${Math.round(sure * 100)} % sure`,
    ];
    return facts.filter(Boolean).join(" · ");
  }
  const read = event.from.role === "agent" && line.form === "message" && event.seq <= seenSeq;
  return read ? "Read" : "";
}

customElements.define("warmline-transcript", Transcript);
