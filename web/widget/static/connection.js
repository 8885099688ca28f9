// One live line to the server: a session, then a socket that says hello first and resumes.
//
// It never gives up while the page lives, except when the server says this site may not (4403).
// No decision reads the clock of this machine: tokens are renewed when the server refuses them.

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 20_000;
const PING_EVERY_MS = 25_000;
const SILENCE_LIMIT_MS = 8_000; // after a ping, or while opening: then the line counts as dead

const BAD_FRAME = 4400;
const BAD_TOKEN = 4401;
const WRONG_ORIGIN = 4403;
const TOO_SLOW = 4409;

export class Connection {
  #socket = null;
  #token = null;
  #tries = 0;
  #waiting = null; // timer of the next try
  #watch = null; // timer of ping or silence
  #stopped = true; // until `begin`
  #begun = false;
  #refused = false; // the last token was

  /**
   * `openSession()` resolves to {token, …}, or rejects with {final: true} when it never will.
   * `after()` is the last seq known. `receive(frame)` gets every frame but pong.
   * `changed(status)` hears "connecting", "online", "offline", "refused".
   */
  constructor({ openSession, after, receive, changed, badFrame }) {
    Object.assign(this, { openSession, after, receive, changed, badFrame });
    this.status = "connecting";
    addEventListener("online", () => {
      if (this.#token && this.status !== "online") this.#drop(); // begun without a network
      this.hurry();
    });
    addEventListener("offline", () => this.#drop());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#socket ? this.#ping() : this.hurry();
    });
  }

  /** True when the frame went out on a greeted socket (not: that it arrived). */
  send(frame) {
    if (this.status !== "online") return false;
    this.#socket.send(JSON.stringify(frame));
    if (frame.client_id) this.#expect(); // it will be answered
    return true;
  }

  /** Connects for the first time: before, nothing goes to the server. */
  begin() {
    if (!this.#begun) this.renew();
  }

  /** Connects now instead of at the next planned try. */
  hurry() {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#waiting);
    this.#waiting = null;
    this.#open();
  }

  /** Starts afresh with a new session (another identity, another tab's visitor). */
  renew() {
    this.#token = null;
    this.#stopped = false;
    if (this.#begun) this.#drop();
    this.#begun = true;
    this.hurry();
  }

  /** Ends the line for good. */
  close() {
    this.#stop("offline");
    this.#drop();
  }

  async #open() {
    const attempt = {}; // stands for the socket until there is one
    this.#socket = attempt;
    try {
      this.#token ??= (await this.openSession()).token;
    } catch (error) {
      if (this.#socket !== attempt) return;
      this.#socket = null;
      if (error.final) this.#stop();
      else this.#again(error.waitMs);
      return;
    }
    if (this.#socket !== attempt) return;
    const address = new URL("/ws/widget", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#expect();
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "hello", token: this.#token, after: this.after() }));
      this.#expect();
    };
    socket.onmessage = (message) => this.#socket === socket && this.#heard(message.data);
    socket.onclose = (event) => this.#socket === socket && this.#closed(event.code);
  }

  #heard(data) {
    const frame = JSON.parse(data);
    this.#rest();
    if (frame.type !== "pong") this.receive(frame);
    if (frame.type === "welcome") {
      this.#tries = 0;
      this.#set("online");
    }
  }

  #closed(code) {
    this.#socket = null;
    clearTimeout(this.#watch);
    if (code === WRONG_ORIGIN) return this.#stop();
    if (code === BAD_TOKEN) this.#token = null;
    if (code === BAD_FRAME) this.badFrame();
    // A full queue is the server's way to say "resume"; the first refused token means "renew".
    const atOnce = (code === TOO_SLOW && this.#tries === 0) || (code === BAD_TOKEN && !this.#refused);
    this.#refused = code === BAD_TOKEN;
    this.#again(atOnce ? 0 : undefined);
  }

  #again(waitMs) {
    // Full jitter, so that a restarted server is not met by everyone at once.
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++);
    this.#set("offline");
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.hurry(), waitMs ?? ceiling * (0.25 + 0.75 * Math.random()));
  }

  #stop(status = "refused") {
    this.#stopped = true;
    clearTimeout(this.#waiting);
    this.#set(status);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#watch);
    socket?.close?.();
    if (!this.#stopped) this.#again();
  }

  #ping() {
    if (this.send({ type: "ping" })) this.#expect();
  }

  #expect() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#drop(), SILENCE_LIMIT_MS);
  }

  #rest() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#ping(), PING_EVERY_MS);
  }

  #set(status) {
    if (this.status === status) return;
    this.status = status;
    this.changed(status);
  }
}
