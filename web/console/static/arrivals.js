/** Tells of new arrivals: a number in the title and, if the agent wants, a sound and a notification. */

import { instant } from "./clock.js";
import { newsWords, reasonWords } from "./labels.js";
import { preference } from "./preferences.js";
import { customerName } from "./words.js";

const TONES_HZ = [660, 880];
const TONE_S = 0.12;
const LOUDNESS = 0.08;
/** The list comes row by row after the first connection; rows within this time are not news. */
const SETTLING_MS = 3000;

/** True for a row that wants this agent: it waits for anybody, or it is mine and wants a look. */
function calls(row, me, now) {
  if (row.snoozed_until) return false;
  if (row.stage === "waiting") return true;
  if (row.stage !== "human" || row.agent?.id !== me?.id) return false;
  return Boolean(row.unanswered_since || row.news) || isDue(row, now);
}

/** Whether what was promised is due. */
function isDue(row, now) {
  return Boolean(row.promise) && instant(row.promise.due_at) <= now;
}

/** One call of a row: the same wait is announced once, however often its row is sent. */
function callOf(row, me, now) {
  const due = isDue(row, now) ? row.promise.due_at : "";
  const offered = row.stage === "waiting" && row.offered_to?.id === me?.id ? row.offer_expires_at : "";
  return `${row.conversation} ${row.stage} ${row.unanswered_since ?? row.waiting_since ?? ""} ${due} ${offered} ${row.news ?? ""}`;
}

/** What a notification says of a row that calls. */
function why(row, now) {
  if (row.stage === "waiting") return reasonWords(row.reason);
  if (row.unanswered_since) return row.text;
  return isDue(row, now) ? `Promised: ${row.promise.text}` : newsWords(row.news);
}

export class Arrivals {
  #known = new Set();
  #audio = null;
  #since = null;

  /** @param {(conversation: string) => void} open called when a notification is clicked */
  constructor(open) {
    this.open = open;
  }

  update(state, now) {
    const calling = Object.values(state.rows).filter((row) => calls(row, state.me, now));
    document.title = calling.length ? `(${calling.length}) Warmline console` : "Warmline console";
    if (state.link !== "open") return; // rows from before a lost connection are not news
    this.#since ??= now;
    const before = this.#known;
    this.#known = new Set(calling.map((row) => callOf(row, state.me, now)));
    const fresh = calling.filter((row) => !before.has(callOf(row, state.me, now)));
    if (fresh.length === 0 || now - this.#since < SETTLING_MS) return;
    const looking = document.visibilityState === "visible" && document.hasFocus();
    if (preference("sound")) this.chime();
    if (preference("notifications") && !looking) this.#notify(fresh, now);
  }

  #notify([row, ...others], now) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const more = others.length ? ` and ${others.length} more` : "";
    const shown = new Notification(`${customerName(row)}${more}`, {
      body: why(row, now) ?? "",
      tag: row.conversation,
    });
    shown.addEventListener("click", () => {
      window.focus();
      this.open(row.conversation);
      shown.close();
    });
  }

  /** Two short tones. */
  chime() {
    this.#audio ??= new AudioContext();
    const from = this.#audio.currentTime;
    for (const [at, frequency] of TONES_HZ.entries()) {
      const [start, end] = [from + at * TONE_S, from + (at + 1) * TONE_S];
      const tone = this.#audio.createOscillator();
      const volume = this.#audio.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(LOUDNESS, start);
      volume.gain.exponentialRampToValueAtTime(0.001, end);
      tone.connect(volume).connect(this.#audio.destination);
      tone.start(start);
      tone.stop(end);
    }
  }
}
