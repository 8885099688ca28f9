// The chat window: header, log, and what stands above the composer. It shows `chat` and keeps
// nothing of its own but what is open.

import "./composer.js";
import { Component, h, icon, later } from "./dom.js";
import { avatar, elementOf, nameOf } from "./message.js";
import { t, whenOf } from "./words.js";

const NEAR_END_PX = 80; // this near the end, new messages are scrolled to
const OFFLINE_MS = 1_500; // a shorter gap in the line is nobody's business

/** <wl-panel>: `build(chat, owner)`; tells `wl-close`. */
export class Panel extends Component {
  #rows = new Map(); // key -> element
  #skipped = new Set(); // surveys put away
  #laid = []; // over the log, the last on top: {part, from}
  #offline = null;
  #failed = false; // the line has been down long enough to say so

  build(chat, owner) {
    this.chat = chat;
    this.owner = owner;
    this.composer = h("wl-composer");
    this.log = h("div", { class: "log", role: "log", tabindex: "0", "aria-label": t("log"), "aria-live": "off" });
    this.rows = h("div", { class: "rows" });
    this.tail = h("div", { class: "tail" });
    this.log.append(this.#welcome(), this.rows, this.tail);
    this.bar = h("p", { class: "bar", role: "status" });
    this.card = h("div", { class: "dock" });
    this.hint = h("p", { class: "hint" }, t("prefer_person"), " ", h("button", { class: "link", onclick: () => this.askPerson() }, t("person")));
    this.window = h("main", { class: "window" }, this.#header(), this.bar, this.log, this.card, this.composer, this.hint);
    this.root.replaceChildren(this.window);
    this.composer.build(chat.storage, Number(owner.maxChars), chat, Number(owner.maxFileBytes));
    this.#listen();
    // When a card, the bar or a growing field takes room from the log, its end stays in view.
    new ResizeObserver(() => {
      if (this.#near) this.#scroll();
      this.#height = this.log.clientHeight;
    }).observe(this.log);
    this.log.addEventListener("scroll", () => {
      if (this.#height === this.log.clientHeight) this.#near = this.#isNear();
    }, { passive: true });
    chat.addEventListener("change", () => this.#draw());
    this.#draw();
  }

  focus() {
    const form = this.card.querySelector("wl-prechat");
    this.#wantsFocus = this.#asksFirst && !form;
    (this.#laid.at(-1)?.part ?? form ?? this.composer).focus();
  }

  #wantsFocus = false; // as soon as the form is there

  #listen() {
    this.composer.addEventListener("wl-send", ({ detail }) => this.ask(detail.text, detail.files));
    this.composer.addEventListener("wl-typing", () => this.chat.typing());
    this.root.addEventListener("wl-write", () => this.composer.focus());
    this.root.addEventListener("wl-source", ({ detail }) => this.lay("quote", detail.from, detail));
    this.root.addEventListener("wl-grown", () => this.#near && this.#scroll());
    this.root.addEventListener("wl-back", () => this.#back());
    this.root.addEventListener("wl-told", ({ detail }) => this.#told(detail));
    this.root.addEventListener("wl-skip", ({ detail }) => this.#skip(detail.survey));
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      this.#close();
    });
  }

  /** Sends a text as the customer's message; after the form, where the owner has one. */
  ask(text, files = []) {
    if (this.#asksFirst) {
      this.#held = text;
      return this.card.firstElementChild?.focus();
    }
    this.chat.write(text, files);
    this.#toEnd = true;
  }

  #held = null; // asked while the form is open

  get #asksFirst() {
    const { askName, askEmail } = this.owner;
    return (askName !== "off" || askEmail !== "off") && this.chat.mayAsk;
  }

  #told(answers) {
    this.chat.tell(answers);
    this.composer.focus();
    if (this.#held !== null) this.ask(this.#held);
    this.#held = null;
  }

  #toEnd = true; // at the next drawing, whatever the customer looks at
  #height = 0;
  #near = true; // the customer looks at the end

  #isNear() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END_PX;
  }

  #header() {
    const { name, hours, backAt } = this.owner;
    this.status = h("p", { class: "promise" });
    const people = backAt ? t("people_back", { when: whenOf(backAt) }) : hours && t("people", { hours });
    this.promise = [t("promise"), people].filter(Boolean).join(" · ");
    this.face = h("span", {}, avatar({ role: "bot" }));
    this.menuButton = h("button", {
      class: "icon", "aria-label": t("menu"), title: t("menu"), "aria-haspopup": "menu", "aria-expanded": "false",
      onclick: () => this.#menu(),
    }, icon("menu"));
    this.menuBox = h("div", { class: "menu-box" }, this.menuButton);
    return h("header", { class: "head" }, this.face, h("div", { class: "who" }, h("h1", {}, h("bdi", {}, name)), this.status), this.menuBox,
      h("button", { class: "icon", "aria-label": t("close"), title: t("close"), onclick: () => this.#close() }, icon("close")));
  }

  #welcome() {
    this.suggestions = h("div", { class: "choices" }, this.owner.suggestions.map((text) =>
      h("button", { class: "choice", dir: "auto", onclick: () => { this.ask(text); this.composer.focus(); } }, text)));
    this.past = h("button", { class: "link", hidden: true, onclick: () => this.lay("past", this.past, this) }, t("past"));
    return h("div", { class: "welcome" }, this.past, avatar({ role: "bot" }), h("p", { class: "hello", dir: "auto" }, this.owner.greeting || t("greeting")), this.suggestions);
  }

  #draw() {
    const { chat } = this;
    const rows = chat.rows();
    if (chat.state.partial !== null || chat.state.events.length || rows.length) this.#answers();
    // All but the customer's own words needs what comes with the first answer.
    if (!this.answer && (chat.state.partial !== null || rows.some(({ type, role }) => type !== "day" && role !== "customer"))) return;
    const before = this.#lastKey;
    this.#drawRows(rows);
    this.end?.draw(rows);
    this.#drawHead();
    this.#drawBar();
    this.#drawDock();
    this.suggestions.hidden = rows.length > 0;
    this.past.hidden = !chat.hasPast;
    const { stage, agent } = chat.state;
    this.composer.placeholder = stage === "closed" ? t("placeholder_closed") : stage === "human" ? t("placeholder_human", { name: nameOf({ role: "agent", ...agent }) }) : t("placeholder");
    this.hint.hidden = stage !== "bot" || this.#asksFirst || chat.isPending("ask_human") || rows.some((row) => row.latest && row.offer);
    this.log.setAttribute("aria-live", chat.caughtUp ? "polite" : "off");
    this.#lastKey = rows.at(-1)?.key;
    if (this.#toEnd || (this.#near && (before !== this.#lastKey || this.tail.childElementCount))) this.#scroll();
    this.#toEnd = rows.length > 0 && !chat.caughtUp; // until the past has come, stay with its end
  }

  #lastKey = null;

  /** Fetches what answers need, as soon as there is anything to answer. */
  async #answers() {
    this.answers ??= later("answer");
    if (this.answer) return;
    this.answer = await this.answers;
    this.end = new this.answer.Tail(this);
    this.chat.noticeOf = this.answer.noticeOf;
    this.adopt(this.answer.sheet);
    this.#draw();
  }

  #scroll() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  #drawRows(rows) {
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, element] of this.#rows)
      if (!keys.has(key)) {
        element.remove();
        this.#rows.delete(key);
      }
    let place = this.rows.firstChild;
    for (const row of rows) {
      let element = this.#rows.get(row.key);
      if (!element) this.#rows.set(row.key, (element = elementOf(row)));
      // Moving an element would make it news to a screen reader: only when it must.
      if (element === place) place = place.nextSibling;
      else this.rows.insertBefore(element, place);
      if (row.type === "message") element.show(row, this.chat, this.answer);
    }
  }

  #drawHead() {
    const { stage, agent } = this.chat.state;
    const person = stage === "human" ? { role: "agent", ...agent } : { role: "bot" };
    const words = stage === "human" ? t("person_is", { name: nameOf(person) }) : stage === "waiting" ? t("waiting_title") : this.promise;
    if (this.status.textContent !== words) {
      this.status.textContent = words;
      this.face.replaceChildren(avatar(person));
    }
  }

  #drawBar() {
    const { status, problem } = this.chat;
    if (status !== "offline") {
      clearTimeout(this.#offline);
      this.#offline = null;
      this.#failed = false;
    } else {
      this.#offline ??= setTimeout(() => { this.#failed = true; this.#drawBar(); }, OFFLINE_MS);
    }
    const words = status === "refused" ? t("refused") : this.#failed ? t("offline") : problem ? t(problem.word, problem.values) : "";
    if (this.bar.textContent !== words) this.bar.textContent = words;
  }

  async #drawDock() {
    const { handoff, survey } = this.chat.state;
    const wanted = handoff ? "waiting" : survey && !this.#skipped.has(survey.survey) && !this.chat.isPending("rate") ? "survey" : this.#asksFirst ? "prechat" : "";
    this.composer.hidden = wanted === "prechat";
    const current = this.card.firstElementChild;
    if (!wanted) {
      if (!current) return;
      const focused = current.root.activeElement;
      current.remove();
      if (focused) this.composer.focus();
      return;
    }
    const tag = `wl-${wanted}`;
    if (!customElements.get(tag)) {
      await later(wanted);
      return this.#draw();
    }
    if (current?.localName !== tag) this.card.replaceChildren(h(tag));
    this.card.firstElementChild.show(this.chat, this.owner);
    if (this.#wantsFocus) this.focus();
  }

  askPerson() {
    if (!this.chat.isPending("ask_human")) this.chat.act({ type: "ask_human" });
    this.#toEnd = true;
    this.composer.focus();
  }

  /** An empty log for another matter; the closed chat is past. */
  startAnew() {
    this.chat.startAnew();
    this.composer.focus();
  }

  #skip(survey) {
    this.#skipped.add(survey);
    this.#draw();
    this.composer.focus();
  }

  /** Lays a part of its own over the log, until it tells `wl-back`; then `from` has the focus again. */
  async lay(name, from, what) {
    await later(name);
    const tag = `wl-${name}`;
    if (this.#laid.some(({ part }) => part.localName === tag)) return;
    const part = h(tag);
    this.#top.inert = true;
    this.#laid.push({ part, from });
    this.root.append(part);
    part.open(what);
  }

  get #top() {
    return this.#laid.at(-1)?.part ?? this.window;
  }

  #back() {
    const { part, from } = this.#laid.pop();
    part.remove();
    this.#top.inert = false;
    (from.isConnected && !from.hidden ? from : this.composer).focus();
  }

  #close() {
    this.dispatchEvent(new Event("wl-close"));
  }

  async #menu() {
    (await later("menu")).toggleMenu(this);
  }
}

customElements.define("wl-panel", Panel);
