// The widget's heart: what the customer does goes into the outbox, what the server says into the
// transcript, and whoever listens hears that something changed.

import { Connection } from "./connection.js";
import { Outbox } from "./outbox.js";
import { alone } from "./storage.js";
import { EMPTY, apply, hasPast, rows, unread } from "./transcript.js";

const CHANGE_MS = 16; // changes within one frame of the screen are told once
const TYPING_EVERY_MS = 3_000;
const TYPING_ENDS_MS = 6_000; // a typing sign whose end was lost goes by itself
const MAX_RETRY_S = 60;
const ADOPT_MS = 5_000;
const PAST_MS = 400; // events this soon after the welcome are the past, not news to announce

export class Chat extends EventTarget {
  #timer = null;
  #files = new Map(); // id -> what the server said of an uploaded file
  #left = false; // the customer has logged out of the page
  #mine = new Set(); // client_ids that this tab sends: its own, and what it found when it connected
  #sent = null; // the one on its way
  #resting = null; // timer: the server asked us to wait
  #adopting = null; // timer: another tab's deed that nobody seems to send
  #moved = false; // to another page than the session knows
  #typed = 0;
  #typingEnds = null;
  #seenTold = 0;

  noticeOf = () => null; // until notices.js has come, with the first answer

  /** `site` is {key, locale, page, picture?}; `storage` a Storage for that key. */
  constructor(site, storage) {
    super();
    this.site = site;
    this.storage = storage;
    this.outbox = new Outbox(storage);
    this.state = EMPTY;
    this.caughtUp = false; // the past is on screen: from now on, announce
    this.problem = null; // {word, values} for the quiet bar
    this.visible = false;
    this.identity = null;
    this.identityRefused = false; // the host page should give a fresh one
    this.connection = new Connection({
      openSession: () => this.freshen(),
      after: () => this.state.seq,
      receive: (frame) => this.#receive(frame),
      changed: (status) => this.#lineChanged(status),
      badFrame: () => this.#refuseOldest(),
    });
    if (site.picture) return; // the console's picture of a look: nothing is connected
    storage.listen((name) => this.#otherTab(name));
    // The page loads us ahead of the first click: who was never here has no news to hear.
    if (storage.names("").length) this.connection.begin();
  }

  get status() {
    return this.connection.status;
  }

  rows() {
    const messages = this.outbox.entries().filter(({ frame }) => frame.type === "message");
    return rows(this.state, this.noticeOf, messages, this.#files);
  }

  /** New messages since the customer last had the chat in view, in any tab. */
  get unread() {
    return unread(this.state, Number(this.storage.get("seen") ?? 0));
  }

  /** True while a deed of this type (and these fields) waits for its acknowledgement. */
  isPending(type, fields = {}) {
    return this.outbox.entries().some(({ frame }) => frame.type === type && !this.outbox.failures.has(frame.client_id)
      && Object.entries(fields).every(([name, value]) => frame[name] === value));
  }

  /** Does something that the server must hear: kept until acknowledged. */
  act(frame) {
    const sent = this.outbox.add(frame);
    this.#problemIs(null);
    this.#mine.add(sent.client_id);
    if (this.#moved) this.connection.renew();
    else this.#sendNext() || this.connection.hurry();
    this.changed();
    return sent.client_id;
  }

  write(text, files = []) {
    this.#typed = 0;
    files.forEach((file) => this.#files.set(file.id, file));
    const anew = this.state.stage === "closed" && this.state.first > this.state.episode;
    this.act({ type: "message", text, ...(files.length && { files: files.map(({ id }) => id) }), ...(anew && { anew }) });
    const told = this.storage.get("told");
    if (told === null) return;
    // Nothing is stored before the first message, so what the form asked goes right behind it.
    this.storage.set("asked", "yes");
    this.storage.remove("told");
    if (told !== "{}") this.act({ type: "email_me", ...JSON.parse(told) });
  }

  /** Whether there are earlier chats than the log shows. */
  get hasPast() {
    return hasPast(this.state);
  }

  /** Leaves the closed chat behind: an empty log, and what is written next begins anew. */
  startAnew() {
    this.state = { ...this.state, first: this.state.episode + 1 };
    this.changed();
  }

  /** Keeps what the form before the first message was told. */
  tell(told) {
    this.storage.set("told", JSON.stringify(told));
    this.changed();
  }

  /** Whether the form before the first message may still be shown: nobody is known here yet. */
  get mayAsk() {
    const known = ["told", "asked", "seen"].some((name) => this.storage.get(name) !== null);
    return !known && !this.identity && !this.state.events.length && !this.outbox.entries().length;
  }

  retry(clientId) {
    this.outbox.retry(clientId);
    this.#mine.add(clientId);
    this.#sendNext() || this.connection.hurry();
    this.changed();
  }

  /**
   * Sends the oldest that waits, one at a time: the next goes when this one is answered, so what
   * was written first also arrives first, whatever is refused or lost on the way.
   */
  #sendNext() {
    if (this.#sent || this.#resting) return this.connection.status === "online";
    const next = this.outbox.entries().find(({ frame, failed }) => !failed && this.#mine.has(frame.client_id));
    if (!next) return true;
    if (!this.connection.send(next.frame)) return false;
    this.#sent = next.frame.client_id;
    return true;
  }

  /** The server has answered this deed. */
  #answered(clientId) {
    this.#mine.delete(clientId);
    if (this.#sent === clientId) this.#sent = null;
    this.#sendNext();
  }

  /** Tells the other side, at most every few seconds, that the customer types. */
  typing() {
    if (this.state.stage !== "human" || Date.now() - this.#typed < TYPING_EVERY_MS) return;
    this.#typed = Date.now();
    this.connection.send({ type: "typing", on: true });
  }

  /** The chat is, or is no longer, before the customer's eyes. */
  show(visible) {
    this.visible = visible;
    if (visible && !this.site.picture) this.connection.begin();
    this.#tellSeen();
    this.changed();
  }

  /** Binds this browser's conversation to a signed identity of the host site. */
  identify(token) {
    if (token === this.identity) return;
    this.identity = token;
    this.identityRefused = false;
    this.connection.renew();
  }

  /** The customer is on another page now; the server hears of it with the next message. */
  moveTo(page) {
    if (page === this.site.page) return;
    this.site.page = page;
    this.#moved = true;
  }

  /** Forgets who was here: the secret, the draft and what was not sent. */
  leave() {
    this.#left = true;
    this.connection.close();
    this.storage.names("").forEach((name) => this.storage.remove(name));
  }

  changed() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.dispatchEvent(new Event("change"));
    }, CHANGE_MS);
  }

  /** Gets a new token, for what goes beside the line. */
  freshen() {
    return alone(`warmline:${this.site.key}`, () => this.#openSession());
  }

  async #openSession() {
    const { key, locale, page } = this.site;
    this.#moved = false;
    const body = { key, locale, page, visitor: this.storage.get("visitor") ?? undefined, identity: this.identity ?? undefined };
    const response = await fetch("/api/widget/sessions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
    });
    if (!response.ok) {
      const waitS = Number(response.headers.get("retry-after"));
      this.identityRefused = response.status === 401 && Boolean(this.identity);
      throw Object.assign(new Error(`session refused: ${response.status}`), {
        final: [400, 401, 403, 404, 422].includes(response.status),
        waitMs: waitS > 0 ? Math.min(waitS, MAX_RETRY_S) * 1000 : undefined,
      });
    }
    const session = await response.json();
    if (this.#left) throw Object.assign(new Error("left"), { final: true });
    if (this.state.conversation && session.conversation !== this.state.conversation) {
      this.state = EMPTY;
      this.storage.remove("seen");
    }
    this.visitor = session.visitor;
    this.storage.set("visitor", session.visitor);
    this.token = session.token;
    return session;
  }

  #receive(frame) {
    if (frame.type === "error") return this.#failed(frame);
    this.state = apply(this.state, frame);
    if (frame.client_id) {
      this.outbox.settle(frame.client_id);
      this.#answered(frame.client_id);
    }
    if (frame.type === "welcome") {
      this.past ??= frame.seq; // later events are news to the page
      if (frame.seq) setTimeout(() => this.#catchUp(), PAST_MS);
      else this.caughtUp = true; // a new chat has no past
    }
    if (frame.type === "typing") this.#endTyping();
    this.#tellSeen();
    this.changed();
  }

  #catchUp() {
    this.caughtUp = true;
    this.changed();
  }

  #failed(frame) {
    const entry = this.outbox.entries().find((one) => one.frame.client_id === frame.client_id);
    if (!entry) {
      if (frame.client_id) this.#answered(frame.client_id); // another tab has dealt with it
      return this.#problemIs({ word: "went_wrong" });
    }
    if (frame.retry_after_s) {
      const seconds = Math.min(Math.ceil(frame.retry_after_s), MAX_RETRY_S);
      this.#problemIs({ word: "busy", values: { n: seconds } });
      this.#sent = null;
      clearTimeout(this.#resting);
      this.#resting = setTimeout(() => {
        this.#resting = null;
        this.#problemIs(null);
        this.#sendNext();
      }, seconds * 1000);
    } else {
      if (entry.frame.type === "message") this.outbox.fail(frame.client_id, frame.code);
      else {
        this.outbox.settle(frame.client_id); // a button can be pressed again
        this.#problemIs({ word: "went_wrong" });
      }
      this.#answered(frame.client_id);
    }
    this.changed();
  }

  #lineChanged(status) {
    // All that was not acknowledged goes again; the server knows repeats by their client_id.
    this.#sent = null;
    if (status === "online") this.#adopt();
    this.changed();
  }

  /** Takes care of everything that waits, whichever tab wrote it. */
  #adopt() {
    this.#adopting = null;
    for (const { frame } of this.outbox.entries()) this.#mine.add(frame.client_id);
    this.#sendNext();
  }

  #refuseOldest() {
    // The server could not read a frame and cannot say which; without this it would loop for ever.
    const [oldest] = this.outbox.entries().filter(({ failed }) => !failed);
    if (oldest) this.outbox.fail(oldest.frame.client_id, "bad_frame");
  }

  #otherTab(name) {
    const visitor = this.storage.get("visitor");
    if (name === null || (name === "visitor" && visitor !== this.visitor)) this.connection.renew();
    // A tab that was closed or sleeps does not send what it wrote.
    if (this.outbox.isKept(name)) this.#adopting ??= setTimeout(() => this.#adopt(), ADOPT_MS);
    this.changed();
  }

  #tellSeen() {
    const told = Math.max(this.#seenTold, Number(this.storage.get("seen") ?? 0));
    if (!this.visible || document.hidden || this.state.seq <= told) return;
    this.#seenTold = this.state.seq;
    this.storage.set("seen", String(this.state.seq));
    this.connection.send({ type: "seen", seq: this.state.seq });
  }

  #endTyping() {
    clearTimeout(this.#typingEnds);
    this.#typingEnds = setTimeout(() => {
      this.state = { ...this.state, typing: null };
      this.changed();
    }, TYPING_ENDS_MS);
  }

  #problemIs(problem) {
    this.problem = problem;
    this.changed();
  }
}
