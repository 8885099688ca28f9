/** The desk: three panes, one store, one connection, and what each wish of the agent does. */

import { Arrivals } from "./arrivals.js";
import { Connection } from "./connection.js";
import { attribute, element, replace } from "./elements.js";
import { Idleness } from "./idleness.js";
import { EMPTY, isMine, isOffered, pending, reduce, standing } from "./frames.js";
import { http, Refused } from "./http.js";
import { wishOf } from "./keys.js";
import { placeAt } from "./places.js";
import { preference } from "./preferences.js";
import { Store } from "./store.js";
import { shadow, styles } from "./styles.js";
import { neighbour, VIEWS } from "./views.js";
import "./bar.js";
import "./conversation.js";
import "./customer.js";
import "./dialogs.js";
import "./notices.js";
import "./queue.js";

const SHEETS = await styles("common.css", "desk.css");
/** How often timers are drawn again (milliseconds). */
const TICK_MS = 1000;
/** The server is asked for found words after the last of them was typed (milliseconds). */
const SEARCH_AFTER_MS = 250;

class Desk extends HTMLElement {
  /** @type {{id, name, role, service: {amber_s, red_s}, idle_s}} set before it is connected */
  session = null;
  #page = "list"; // on narrow screens one pane at a time: list, chat, details

  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.bar = element("warmline-bar");
    this.queue = element("warmline-queue");
    this.conversation = element("warmline-conversation");
    this.customer = element("warmline-customer");
    this.notices = element("warmline-notices");
    this.dialog = element("warmline-dialog");
    this.panes = element(
      "main",
      { class: "panes", "data-page": "list" },
      element("h1", { class: "unseen" }, "Warmline console"),
      this.queue,
      this.conversation,
      this.customer,
    );
    this.elsewhere = element("main", { class: "elsewhere", hidden: true });
    replace(this.shadow, this.bar, this.notices, this.panes, this.elsewhere, this.dialog);
    this.addEventListener("intent", ({ detail }) => this.#grant(detail));
  }

  connectedCallback() {
    this.store = new Store(reduce(EMPTY, { type: "me", me: this.session }));
    this.arrivals = new Arrivals((conversation) => this.#grant({ wish: "select", conversation }));
    this.connection = new Connection({
      path: "/ws/agent",
      hello: () => ({ open: this.#following() }),
      unanswered: () => this.#unanswered(),
      onFrame: (frame) => this.#heard(frame),
      onBadFrame: () => this.store.happens({ type: "misunderstood" }),
      onLink: (link) => this.#linked(link),
    });
    this.idleness = new Idleness(
      this.session.idle_s * 1000,
      (presence) => this.#bePresent(presence),
      () => this.connection.send({ type: "presence", state: this.state.presence }),
    );
    this.keys = (event) => this.#pressed(event);
    document.addEventListener("keydown", this.keys);
    this.turned = () => this.#turnToPlace();
    window.addEventListener("hashchange", this.turned);
    this.#turnToPlace();
    this.visible = () => this.#seen();
    document.addEventListener("visibilitychange", this.visible);
    this.tick = setInterval(() => this.#draw(), TICK_MS);
    this.unlisten = this.store.listen(() => this.#draw());
    this.connection.start();
    this.#learnClosed();
  }

  disconnectedCallback() {
    this.connection.stop();
    clearInterval(this.tick);
    this.unlisten();
    this.idleness.stop();
    clearTimeout(this.asking);
    window.removeEventListener("hashchange", this.turned);
    document.removeEventListener("keydown", this.keys);
    document.removeEventListener("visibilitychange", this.visible);
  }

  get state() {
    return this.store.state;
  }

  #draw() {
    const now = Date.now();
    const { state } = this;
    attribute(this.panes, "data-page", state.selected === null ? "list" : this.#page);
    this.bar.update(state, this.place.id);
    this.elsewhere.firstElementChild?.update?.(state);
    this.idleness.update(state.presence, now);
    this.notices.update(state);
    this.queue.update(state, now);
    this.conversation.update(state, now);
    this.customer.update(state, now);
    this.arrivals.update(state, now);
  }

  // --- the connection -------------------------------------------------------------------------

  /** What a new connection resumes: the chat on screen, from the last event we have. */
  #following() {
    const { selected, conversations } = this.state;
    return selected === null
      ? []
      : [{ conversation: selected, after: conversations[selected]?.seq ?? 0 }];
  }

  #unanswered() {
    return this.state.outbox
      .filter(({ progress }) => progress === "sending")
      .map(({ frame }) => frame);
  }

  #heard(frame) {
    const taken = frame.type === "event" && this.#wasClaim(frame.client_id);
    this.store.happens({ type: "frame", frame, now: Date.now() });
    const { selected } = this.state;
    if (taken) this.#show("mine"); // the list follows the chat to where it now stands
    if (frame.type === "event" && frame.conversation === selected) {
      this.#learn(selected);
      this.#seen();
    }
    if (frame.type === "row_gone" && this.state.view === "closed") this.#learnClosed();
  }

  #wasClaim(id) {
    const sent = this.state.outbox.find((each) => each.client_id === id);
    return ["claim", "accept"].includes(sent?.frame.type);
  }

  #linked(link) {
    this.store.happens({ type: "link", link });
    if (link === "refused") this.dispatchEvent(new CustomEvent("refused"));
  }

  /** Send a frame that changes something; it stays in the outbox until its event comes. */
  #send(frame) {
    const whole = { ...frame, client_id: crypto.randomUUID() };
    this.store.happens({ type: "sent", frame: whole, at: Date.now() });
    this.connection.send(whole);
  }

  #seen() {
    const { selected, conversations } = this.state;
    const seq = conversations[selected]?.seq;
    if (!seq || document.visibilityState !== "visible" || !isMine(this.state, selected)) return;
    if (this.seenSeq?.[selected] >= seq) return;
    this.seenSeq = { ...this.seenSeq, [selected]: seq };
    this.connection.send({ type: "seen", conversation: selected, seq });
  }

  // --- what stands beside the events ----------------------------------------------------------

  /** Ask for packet, customer and suggestions where they are not known yet. */
  async #learn(id) {
    const known = this.state.conversations[id];
    const asks = [];
    if (known?.packet === undefined) asks.push(this.#ask(id, "packet", http.packet));
    if (known?.about === undefined) asks.push(this.#ask(id, "about", http.about));
    if (known?.suggestions === undefined && isMine(this.state, id)) {
      const suggested = async () => (await http.suggestions(id))?.suggestions ?? null;
      asks.push(this.#ask(id, "suggestions", suggested, known?.turn));
    }
    await Promise.all(asks);
  }

  async #ask(id, name, fetched, turn) {
    const learned = (fact) =>
      this.store.happens({ type: "learned", conversation: id, facts: { [name]: fact }, turn });
    learned(null);
    try {
      learned(await fetched(id));
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (refused.status === 401) this.dispatchEvent(new CustomEvent("refused"));
      // Asked again with the next event; the chat itself goes on without it.
      learned(undefined);
    }
  }

  // --- wishes ---------------------------------------------------------------------------------

  #grant({ wish, ...detail }) {
    const conversation = this.state.selected;
    const deed = this.#deeds[wish];
    deed(detail, conversation);
  }

  #pressed(event) {
    if (this.dialog.open) return;
    const wish = wishOf(event);
    if (wish === null || (this.place.tag && wish.wish !== "keys")) return;
    event.preventDefault();
    this.#grant(wish);
  }

  #deeds = {
    // moving about
    view: ({ view }) => this.#show(view),
    "view-number": ({ number }) => this.#show(VIEWS[number - 1].id),
    search: ({ words }) => this.#search(words),
    redraw: () => this.#draw(),
    select: ({ conversation, seq }) => this.#select(conversation, seq),
    move: ({ step }) => this.#move(step),
    "to-list": () => this.#turnTo("list"),
    "to-chat": () => this.#turnTo("chat"),
    "to-details": () => this.#turnTo("details"),
    "to-search": () => this.queue.focusSearch(),
    episode: ({ episode }) => this.#showEpisode(episode),
    keys: () => this.dialog.showKeys(preference("shortcuts")),
    // working on a chat
    claim: (_, conversation) => this.#claim(conversation),
    decline: (_, conversation) => this.#send({ type: "decline", conversation }),
    reply: (_, conversation) => conversation && this.#write("message"),
    note: (_, conversation) => conversation && this.#write("note"),
    write: ({ conversation, kind, text }) => this.#send({ type: kind, conversation, text }),
    typing: ({ conversation, on }) => this.connection.send({ type: "typing", conversation, on }),
    resend: ({ client_id: id }) => this.#resend(id),
    discard: ({ client_id: id }) => this.store.happens({ type: "dropped", client_id: id }),
    "ask-close": (_, conversation) => this.#askClose(conversation),
    "ask-later": (_, conversation) => this.#askLater(conversation),
    close: ({ resolution }, conversation) => this.#send({ type: "close", conversation, resolution }),
    "ask-transfer": (_, conversation) => this.#ifMine(conversation, () => this.dialog.askTransfer(this.state.me)),
    transfer: ({ to }, conversation) => this.#send({ type: "transfer", conversation, to }),
    "return-to-bot": (_, conversation) => this.#send({ type: "release", conversation, to: "bot" }),
    "return-to-queue": (_, conversation) => this.#send({ type: "release", conversation, to: "queue" }),
    label: (changes, conversation) => this.#send({ type: "labels", conversation, ...changes }),
    // the agent
    presence: ({ presence }) => {
      this.idleness.chose();
      this.#bePresent(presence);
    },
    chime: () => this.arrivals.chime(),
    tell: (notice) => this.store.happens({ type: "notice", ...notice }),
    noticed: ({ id }) => this.store.happens({ type: "noticed", id }),
    "log-out": () => this.#logOut(),
  };

  /** Show the place that the address names: the chats, or a page beside them. */
  async #turnToPlace() {
    this.place = placeAt(window.location.hash, this.session);
    const { tag, module } = this.place;
    this.panes.hidden = Boolean(tag);
    this.elsewhere.hidden = !tag;
    const there = await this.#fetched(() => loaded(module));
    if (!there || tag !== this.place.tag) return; // refused, or turned elsewhere meanwhile
    replace(this.elsewhere, tag && element(tag));
    this.#draw();
  }

  /** The list shows at once what it has; what else was said comes from the server. */
  #search(words) {
    clearTimeout(this.asking);
    if (!words) this.store.happens({ type: "search-left" });
    else this.asking = setTimeout(() => this.#find(words), SEARCH_AFTER_MS);
    this.#draw();
  }

  async #find(words) {
    const answer = await this.#fetched(() => http.find(words));
    if (answer && words === this.queue.words) this.store.happens({ type: "found", words, ...answer });
  }

  #show(view) {
    this.queue.leaveSearch();
    this.store.happens({ type: "view", view });
    if (view === "closed") this.#learnClosed();
  }

  async #learnClosed() {
    const answer = await this.#fetched(http.closed);
    if (answer) this.store.happens({ type: "rows", rows: answer.rows });
  }

  /** What the server answers; a refusal is told and gives null. */
  async #fetched(ask) {
    try {
      return await ask();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      this.store.happens({ type: "notice", tone: "danger", text: refused.message });
      return null;
    }
  }

  #select(conversation, seq = null) {
    if (this.place.tag) window.location.hash = "chats"; // a notification was pressed
    const before = this.state.selected;
    this.#page = conversation === null ? "list" : "chat";
    if (before === conversation) {
      this.store.happens({ type: "select", conversation, seq });
      this.#draw();
      return;
    }
    if (before !== null) this.connection.send({ type: "leave", conversation: before });
    this.store.happens({ type: "select", conversation, seq });
    if (conversation === null) return;
    const after = this.state.conversations[conversation]?.seq ?? 0;
    this.connection.send({ type: "open", conversation, after });
    this.#learn(conversation);
  }

  #move(step) {
    const rows = this.queue.rows(this.state);
    const next = neighbour(rows, this.state.selected, step);
    if (next === null) return;
    this.#select(next);
    this.#page = "list"; // moving along the list, a narrow screen keeps showing it
    this.#draw();
    this.queue.focusSelected();
  }

  #turnTo(page) {
    this.#page = page;
    this.#draw();
    if (page === "list") this.queue.focusSelected();
  }

  #showEpisode(episode) {
    this.#page = "chat";
    this.conversation.showEpisode(episode);
  }

  #write(kind) {
    this.#page = "chat";
    this.#draw();
    this.conversation.write(kind);
  }

  #claim(conversation) {
    if (!conversation) return;
    const { stage } = standing(this.state, conversation);
    const claiming = ["claim", "accept"].some((type) => pending(this.state, conversation, type));
    if (claiming || !["waiting", "bot"].includes(stage)) return;
    this.#send({ type: isOffered(this.state, conversation) ? "accept" : "claim", conversation });
  }

  #ifMine(conversation, act) {
    if (!conversation) return;
    if (isMine(this.state, conversation)) act();
    else this.store.happens({ type: "notice", text: "Claim this chat first." });
  }

  #askClose(conversation) {
    if (!conversation) return;
    const { stage } = standing(this.state, conversation);
    if (stage === "closed") return;
    if (stage === "human") this.#ifMine(conversation, () => this.dialog.askClose());
    else this.dialog.askClose();
  }

  #askLater(conversation) {
    const { stage } = standing(this.state, conversation);
    if (stage && stage !== "closed") this.dialog.askLater(Date.now());
  }

  #resend(id) {
    const sent = this.state.outbox.find((each) => each.client_id === id);
    this.store.happens({ type: "resent", client_id: id });
    if (sent) this.connection.send(sent.frame);
  }

  #bePresent(presence) {
    this.store.happens({ type: "presence", presence });
    this.connection.send({ type: "presence", state: presence });
  }

  async #logOut() {
    const left = await this.#fetched(async () => (await http.logOut(), true));
    if (left) this.dispatchEvent(new CustomEvent("left"));
  }
}

/** A place's code, fetched when it is first wanted; true once it is there. */
async function loaded(module) {
  try {
    if (module) await import(module);
    return true;
  } catch {
    throw new Refused(0, "unreachable", "This page cannot be loaded now. Check the connection and load the console again.");
  }
}

customElements.define("warmline-desk", Desk);
