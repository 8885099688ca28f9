/** From numbered events to what the transcript shows, line by line. Pure: no DOM, no clock. */

import { dateAndTime, dayName, instant } from "./clock.js";
import { priorityWords, resolutionWords, reasonWords } from "./labels.js";

/**
 * The lines of a conversation: days, messages, notes, quiet lines, then what is not yet stored.
 * @param {object} conversation the reducer's
 * @param {Array} unsent outbox entries of this conversation, oldest first
 * @param {number} fromEpisode earlier episodes are left out
 * @param {number} now milliseconds
 */
export function timeline(conversation, unsent, fromEpisode, now) {
  const lines = [];
  const thumbs = thumbsOf(conversation.events);
  let day = null;
  let labels = null;
  for (const event of conversation.events) {
    const before = labels;
    labels = event.kind === "labels" ? event : lasting(labels, event);
    if ((event.episode ?? 1) < fromEpisode) continue;
    const line = LINES[event.kind]?.(event, { thumbs, before });
    if (!line) continue;
    const at = instant(event.at);
    const name = at === null ? day : dayName(at, now);
    if (name !== day) {
      lines.push({ key: `day ${name} ${event.seq}`, form: "day", words: name });
      day = name;
    }
    lines.push({ key: `event ${event.seq}`, at, event, ...line });
  }
  for (const sent of unsent) lines.push(unsentLine(sent));
  return lines;
}

function unsentLine(sent) {
  return {
    key: `sent ${sent.client_id}`,
    at: sent.at,
    form: sent.frame.type === "note" ? "note" : "message",
    event: { from: { role: "agent" }, text: sent.frame.text },
    progress: sent.progress,
    problem: sent.problem,
    sent,
  };
}

/** The last thumb under each bot message: number of the message → helpful. */
function thumbsOf(events) {
  const thumbs = new Map();
  for (const event of events) {
    if (event.kind === "feedback") thumbs.set(event.about_seq, event.helpful);
  }
  return thumbs;
}

/** What an event that is no change of labels leaves of them (handoff/projection.py). */
function lasting(labels, event) {
  if (labels === null || event.reason === "new_episode") return null;
  if (event.kind === "stage") {
    return { ...labels, snoozed_until: null, promise: event.stage === "closed" ? null : labels.promise };
  }
  const written = event.kind === "message" && event.from.role === "customer";
  return written ? { ...labels, snoozed_until: null } : labels;
}

const quiet = (words) => (words ? { form: "quiet", words } : null);

const LINES = {
  message: (event, { thumbs }) => ({ form: "message", helpful: thumbs.get(event.seq) ?? null }),
  note: () => ({ form: "note" }),
  stage: (event) => quiet(stageWords(event)),
  handoff: (event) => quiet(handoffWords(event)),
  survey: (event) => quiet(surveyWords(event)),
  profile: (event) => quiet(profileWords(event)),
  labels: (event, { before }) => quiet(labelWords(event, before)),
  erased: () => quiet("Erased"),
};

function stageWords(event) {
  const agent = event.agent?.name ?? event.from?.name ?? "An agent";
  const words = {
    claimed: `${agent} joined`,
    accepted: `${agent} joined`,
    transferred: event.stage === "human" ? `Handed to ${agent}` : `${agent} transferred the chat`,
    released: event.stage === "bot" ? `${agent} returned the chat to the bot` : `${agent} put the chat back in the queue`,
    lease_expired: `${agent} lost the connection; back at the front of the queue`,
    reopened: "The customer wrote again; reopened",
    new_episode: "A new conversation begins",
  };
  if (event.stage === "closed") {
    const by = event.from?.role === "customer" ? "Closed by the customer" : "Closed";
    return event.resolution ? `${by}: ${resolutionWords(event.resolution)}` : by;
  }
  // The handoff's own line says more.
  if (["handoff", "cancelled"].includes(event.reason)) return null;
  const stages = { bot: "Back with the bot", waiting: "In the queue", human: `${agent} joined` };
  return words[event.reason] ?? stages[event.stage];
}

function handoffWords(event) {
  const agent = event.agent?.name ?? "an agent";
  const why = event.reason ? ` (${reasonWords(event.reason)})` : "";
  const place = event.position ? `, place ${event.position}` : "";
  const queue = event.skill ? ` for ${event.skill}` : "";
  const words = {
    requested: `Handed over to people${why}`,
    queued: event.reason === "declined" ? `${agent} declined; still waiting${queue}${place}` : `Waiting in the queue${queue}${place}`,
    offered: `Offered to ${agent}`,
    timed_out: `${agent} did not answer in time; still waiting${queue}${place}`,
    cancelled: "The customer cancelled the wait",
  };
  return words[event.state] ?? null; // "accepted" and "returned" are told by their stage lines
}

function surveyWords(event) {
  const kind = { csat: "satisfaction", ces: "ease", nps: "recommendation" }[event.survey_kind];
  if (event.score === null || event.score === undefined) return "Survey sent";
  const most = event.survey_kind === "nps" ? 10 : 5;
  const comment = event.comment ? `: “${event.comment}”` : "";
  return `Rated ${kind ?? "the chat"} ${event.score} of ${most}${comment}`;
}

function profileWords(event) {
  const facts = Object.entries(event.profile ?? {}).map(([name, value]) => `${name} ${value}`);
  return facts.length ? `The customer left ${facts.join(", ")}` : null;
}

/** What a change of labels says, told by what it changed of the one before. */
function labelWords(event, before) {
  const who = event.from?.name ?? (event.from?.role === "agent" ? "An agent" : null);
  const parts = [
    event.promise && event.promise.due_at !== before?.promise?.due_at &&
      `promised “${event.promise.text}” by ${dateAndTime(instant(event.promise.due_at))}`,
    before?.promise && !event.promise && "kept the promise",
    event.snoozed_until && event.snoozed_until !== before?.snoozed_until &&
      `put the chat away until ${dateAndTime(instant(event.snoozed_until))}`,
    before?.snoozed_until && !event.snoozed_until && (who ? "brought the chat back" : "came back by itself"),
    ...tagWords(event.tags ?? [], before?.tags ?? []),
    (event.priority ?? 0) !== (before?.priority ?? 0) &&
      `${who ? "set the priority to" : "got the priority"} ${priorityWords(event.priority)}`,
  ].filter(Boolean);
  if (parts.length === 0) return null;
  return who ? `${who} ${parts.join(" and ")}` : `The chat ${parts.join(" and ")}`;
}

/** Which tags came and which went. */
function tagWords(tags, before) {
  const named = (some) => some.map((tag) => `#${tag}`).join(", ");
  const added = tags.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !tags.includes(tag));
  return [added.length && `added ${named(added)}`, removed.length && `removed ${named(removed)}`];
}

/** One entry an earlier episode: its number, first words, and how it ended. */
export function pastEpisodes(conversation) {
  const episodes = new Map();
  for (const event of conversation?.events ?? []) {
    const number = event.episode ?? 1;
    const past = episodes.get(number) ?? { episode: number, started_at: event.at, first_text: "" };
    if (!past.first_text && event.kind === "message" && event.from.role === "customer") {
      past.first_text = event.text;
    }
    if (event.kind === "stage" && event.stage === "closed") {
      past.closed_at = event.at;
      past.resolution = event.resolution;
    }
    episodes.set(number, past);
  }
  return [...episodes.values()].filter(({ episode }) => episode < (conversation?.episode ?? 1));
}

/** What the customer told in this conversation, since `from` (milliseconds); the latest word wins. */
export function told(conversation, from = 0) {
  const changes = (conversation?.events ?? []).filter(({ kind, at }) => kind === "profile" && instant(at) >= from);
  return Object.assign({}, ...changes.map(({ profile }) => profile));
}
