/** Whether the agent is at this computer: any tab's keys and pointer count for all tabs. */

const KEY = "warmline-console:active";
/** The sign of life is noted at most this often (milliseconds). */
const NOTE_EVERY_MS = 5_000;
/** The server, which takes who does nothing for away, hears of it at most this often. */
const TELL_EVERY_MS = 60_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "focus"];

export class Idleness {
  #active = Date.now();
  #noted = 0;
  #told = Date.now();
  #away = false; // put away by us, so that we may bring back; never what the agent chose

  /**
   * @param {number} afterMs without a sign of life
   * @param {(presence: "away"|"online") => void} be
   * @param {() => void} alive called now and then while there are signs of life
   */
  constructor(afterMs, be, alive) {
    this.afterMs = afterMs;
    this.be = be;
    this.alive = alive;
    this.sign = () => this.#sign(Date.now());
    for (const sign of SIGNS) window.addEventListener(sign, this.sign, { passive: true, capture: true });
  }

  stop() {
    for (const sign of SIGNS) window.removeEventListener(sign, this.sign, { capture: true });
  }

  /** The agent chose: from now on the choice holds. */
  chose() {
    this.#away = false;
  }

  /** Look at the clock; an online agent without a sign of life goes away. */
  update(presence, now) {
    if (presence !== "online" || now - this.#latest() < this.afterMs) return;
    this.#away = true;
    this.be("away");
  }

  #sign(now) {
    this.#active = now;
    if (this.#away) {
      this.#away = false;
      this.be("online");
    }
    if (now - this.#told >= TELL_EVERY_MS) {
      this.#told = now;
      this.alive();
    }
    if (now - this.#noted < NOTE_EVERY_MS) return;
    this.#noted = now;
    try {
      window.localStorage.setItem(KEY, String(now));
    } catch {
      // Without storage each tab counts alone.
    }
  }

  #latest() {
    let elsewhere = 0;
    try {
      elsewhere = Number(window.localStorage.getItem(KEY) ?? 0);
    } catch {
      // As above.
    }
    return Math.max(this.#active, elsewhere);
  }
}
