/**
 * One WebSocket that heals itself: reconnects with jitter, resumes every open conversation with
 * `after`, and sends again what was not answered (same client_id, so nothing happens twice).
 */

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const PING_EVERY_MS = 20_000;
/** Silence after which a socket counts as dead: two pings unanswered. */
const SILENCE_MS = 45_000;
const REFUSED_CODES = new Set([4401, 4403]);
const BAD_FRAME = 4400;

export class Connection {
  #socket = null;
  #attempt = 0;
  #timer = null;
  #pulse = null;
  #heardAt = 0;
  #wanted = false;

  /**
   * @param {object} given
   * @param {string} given.path the socket's path on this host
   * @param {() => {open: Array<{conversation, after}>}} given.hello what to resume
   * @param {() => Array<object>} given.unanswered frames to send again after a reconnect
   * @param {(frame: object) => void} given.onFrame
   * @param {() => void} given.onBadFrame the server did not understand what it was sent
   * @param {(link: "connecting"|"open"|"lost"|"refused") => void} given.onLink
   */
  constructor({ path, hello, unanswered, onFrame, onBadFrame, onLink }) {
    this.path = path;
    this.hello = hello;
    this.unanswered = unanswered;
    this.onFrame = onFrame;
    this.onBadFrame = onBadFrame;
    this.onLink = onLink;
    this.hurry = ({ type }) => this.#hurry(type === "online");
  }

  start() {
    this.#wanted = true;
    window.addEventListener("online", this.hurry);
    window.addEventListener("offline", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
    this.#connect();
  }

  stop() {
    this.#wanted = false;
    window.removeEventListener("online", this.hurry);
    window.removeEventListener("offline", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
    clearTimeout(this.#timer);
    clearInterval(this.#pulse);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  /** Send a frame if the socket is open; returns whether it went out. */
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect() {
    clearTimeout(this.#timer);
    const address = new URL(this.path, window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#greet(socket));
    socket.addEventListener("message", (heard) => this.#hear(socket, heard.data));
    socket.addEventListener("close", (closed) => this.#closed(socket, closed.code));
  }

  #greet(socket) {
    socket.send(JSON.stringify({ type: "hello", ...this.hello() }));
    for (const frame of this.unanswered()) socket.send(JSON.stringify(frame));
    this.#heardAt = Date.now();
    clearInterval(this.#pulse);
    this.#pulse = setInterval(() => this.#beat(socket), PING_EVERY_MS);
  }

  #hear(socket, data) {
    if (socket !== this.#socket) return;
    this.#heardAt = Date.now();
    this.#attempt = 0;
    this.onLink("open");
    const frame = JSON.parse(data);
    if (frame.type !== "pong") this.onFrame(frame);
  }

  #beat(socket) {
    if (Date.now() - this.#heardAt > SILENCE_MS) this.#abandon(socket);
    else this.send({ type: "ping" });
  }

  /** Stop waiting for a socket that has gone silent; its close may take minutes. */
  #abandon(socket) {
    socket.close();
    this.#closed(socket, 1006);
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    clearInterval(this.#pulse);
    this.#socket = null;
    if (!this.#wanted) return;
    if (REFUSED_CODES.has(code)) {
      this.onLink("refused");
      return;
    }
    // A server that closed over one of our frames would do so again: do not repeat them.
    if (code === BAD_FRAME) this.onBadFrame();
    this.onLink("lost");
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  /** The network or the agent came back: do not sit out the delay, nor an attempt made without it. */
  #hurry(isBack) {
    if (!this.#wanted) return;
    if (!navigator.onLine) {
      if (this.#socket) this.#abandon(this.#socket);
      return;
    }
    if (isBack && this.#socket?.readyState === WebSocket.CONNECTING) this.#abandon(this.#socket);
    if (document.visibilityState === "visible" && this.#socket === null) {
      this.#attempt = 0;
      this.#connect();
    }
  }
}
