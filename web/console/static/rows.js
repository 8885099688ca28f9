/** One chat as a line of the list: name, last words, why it is here, how long it has waited. */

import { dateAndTime, duration, instant, spokenDuration } from "./clock.js";
import { attribute, button, element, intend, keyed, say } from "./elements.js";
import { dueUrgency, dueWords } from "./later.js";
import { newsWords, priorityWords, reasonWords, resolutionWords } from "./labels.js";
import { urgency, waitingSince } from "./views.js";
import { customerName, oneLine } from "./words.js";

export function makeRow(row) {
  const choose = ({ currentTarget }) =>
    intend(currentTarget, "select", { conversation: row.conversation, seq: Number(currentTarget.dataset.seq) || null });
  return element(
    "li",
    {},
    button(
      { class: "row bare", on: { click: choose } },
      element("span", { class: "name clip", dir: "auto" }),
      element("span", { class: "timer" }),
      element("span", { class: "text clip", dir: "auto" }),
      element("span", { class: "chips" }),
    ),
  );
}

/** Bring an item made by `makeRow` in line with its row; `passage` is where a search found it. */
export function drawRow(item, row, { state, now, passage }) {
  const line = item.firstElementChild;
  const chosen = state.selected === row.conversation;
  attribute(line, "aria-current", chosen ? "true" : null);
  const [name, timer, text, chips] = line.children;
  say(name, customerName(row));
  const wants = row.stage === "human" && (row.unanswered_since || row.news);
  attribute(line, "data-unanswered", wants ? true : null);
  drawTimer(timer, row, state, now);
  attribute(line, "data-seq", passage?.seq);
  say(text, passage?.excerpt ?? lastWords(row, state));
  const shown = chipsOf(row, state, now);
  attribute(chips, "hidden", shown.length === 0);
  keyed(
    chips,
    shown,
    (chip) => `${chip.tone} ${chip.words}`,
    (chip) => element("span", { class: `chip clip ${chip.tone}` }, chip.words),
  );
}

function drawTimer(timer, row, state, now) {
  const since = waitingSince(row);
  if (since === null) {
    const at = instant(row.at);
    attribute(timer, "class", "timer");
    attribute(timer, "title", dateAndTime(at));
    attribute(timer, "aria-label", null);
    attribute(timer, "role", null);
    say(timer, at === null ? "" : duration(now - at));
    return;
  }
  const waited = now - since;
  const level = urgency(waited, state.me?.service);
  attribute(timer, "class", `timer waits ${level}`);
  attribute(timer, "title", `Waiting since ${dateAndTime(since)}`);
  say(timer, duration(waited));
  attribute(timer, "aria-label", `waiting ${spokenDuration(waited)}`);
  attribute(timer, "role", "img");
}

function lastWords(row, state) {
  if (!row.text) return row.stage === "closed" ? "No messages" : "…";
  const who = { bot: "Bot: ", agent: saidByMe(row, state) ? "You: " : "Agent: " };
  return `${who[row.text_from] ?? ""}${row.text_from === "bot" ? botsWords(row) : row.text}`;
}

/** Whether the last words are known to be this agent's: whoever has the chat need not have written them. */
function saidByMe(row, { conversations, me }) {
  const last = conversations[row.conversation]?.events.findLast(({ kind }) => kind === "message");
  return last?.from.role === "agent" && last.from.id === me?.id;
}

const READ = new WeakMap(); // row -> words; rows are drawn every second

function botsWords(row) {
  if (!READ.has(row)) READ.set(row, oneLine(row.text));
  return READ.get(row);
}

function chipsOf(row, state, now) {
  const others = (state.viewing[row.conversation] ?? []).filter(({ id }) => id !== state.me?.id);
  const looking = others.map(({ name }) => name).join(", ");
  const offered = row.offered_to?.id === state.me?.id && row.stage === "waiting";
  return [
    row.promise && promiseChip(row.promise, now),
    row.snoozed_until && { tone: "", words: `back ${dueWords(instant(row.snoozed_until), now)}` },
    offered && { tone: "accent", words: `offered to you${leftWords(row.offer_expires_at, now)}` },
    row.news && { tone: "amber", words: newsWords(row.news) },
    row.priority > 0 && { tone: row.priority > 1 ? "red" : "amber", words: priorityWords(row.priority) },
    row.at_front && row.stage === "waiting" && { tone: "amber", words: "back in line" },
    row.stage === "bot" && { tone: "", words: "bot" },
    row.stage === "closed" && { tone: "", words: resolutionWords(row.resolution) },
    row.stage !== "closed" && row.reason && { tone: "", words: reasonWords(row.reason) },
    row.stage === "human" && row.agent?.id !== state.me?.id && { tone: "accent", words: row.agent?.name },
    row.skill && row.stage === "waiting" && { tone: "", words: row.skill },
    looking && { tone: "accent", words: `${looking} looking` },
    ...(row.tags ?? []).map((tag) => ({ tone: "", words: `#${tag}` })),
  ].filter((chip) => chip && chip.words);
}

/** " · 40 s left" until an offer runs out. */
function leftWords(until, now) {
  const left = instant(until);
  if (left === null || left <= now) return "";
  const words = duration(left - now);
  return ` · ${words === "now" ? "a moment" : words} left`;
}

function promiseChip({ due_at: due }, now) {
  const level = dueUrgency(instant(due), now);
  return { tone: level === "calm" ? "accent" : level, words: `promised ${dueWords(instant(due), now)}` };
}
