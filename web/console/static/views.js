/** Which rows stand in which view, in which order, and how long each has waited. Pure. */

import { instant } from "./clock.js";

/** The views from top to bottom, with what an empty one says. */
export const VIEWS = [
  {
    id: "waiting",
    name: "Waiting",
    emptyTitle: "Nobody is waiting",
    emptyText:
      "A chat appears here when a customer asks for a person or the bot cannot help. Press c to claim the selected one.",
  },
  {
    id: "mine",
    name: "Mine",
    emptyTitle: "You have no open chats",
    emptyText: "Chats you claim or accept appear here, those whose customer waits for you first.",
  },
  {
    id: "team",
    name: "Team",
    emptyTitle: "Your colleagues have no open chats",
    emptyText: "Chats claimed by others appear here. You can read along and leave notes.",
  },
  {
    id: "later",
    name: "Follow-ups",
    emptyTitle: "No follow-ups",
    emptyText: "Chats that you put away until a time, and what was promised to customers, appear here. Press s in a chat.",
  },
  {
    id: "open",
    name: "All open",
    emptyTitle: "No open chats",
    emptyText: "Every chat that is not closed appears here, also those the bot is answering.",
  },
  {
    id: "closed",
    name: "Closed",
    emptyTitle: "Nothing closed yet",
    emptyText: "Chats appear here after you close them with e, the latest first.",
  },
];

/** Waiting longer than this turns the timer amber, then red (seconds; the server may set both). */
export const SERVICE_LEVEL = { amber_s: 120, red_s: 300 };

const isAway = (row) => Boolean(row.snoozed_until);

const BELONGS = {
  waiting: (row) => row.stage === "waiting" && !isAway(row),
  mine: (row, me) => row.stage === "human" && row.agent?.id === me?.id && !isAway(row),
  team: (row, me) => row.stage === "human" && row.agent?.id !== me?.id && !isAway(row),
  later: (row) => row.stage !== "closed" && (isAway(row) || Boolean(row.promise)),
  open: (row) => row.stage !== "closed",
  closed: (row) => row.stage === "closed",
};

/** Since when somebody waits on us: in the queue, or for an agent's reply; null when nobody does. */
export function waitingSince(row) {
  if (isAway(row)) return null;
  if (row.stage === "waiting") return instant(row.waiting_since ?? row.at);
  if (row.stage === "human") return instant(row.unanswered_since);
  return null;
}

/** "calm", "amber" or "red" for a wait of this many milliseconds. */
export function urgency(waited, level = SERVICE_LEVEL) {
  if (waited >= level.red_s * 1000) return "red";
  if (waited >= level.amber_s * 1000) return "amber";
  return "calm";
}

const later = (a, b) => (instant(b.at) ?? 0) - (instant(a.at) ?? 0);

function longestWaitFirst(a, b) {
  const [one, other] = [waitingSince(a), waitingSince(b)];
  if (one === null || other === null) return one === other ? later(a, b) : one === null ? 1 : -1;
  return one - other;
}

const dueOf = (row) => instant(row.promise?.due_at ?? row.snoozed_until) ?? 0;

const ORDER = {
  // As the desk serves them (handoff/waiting.py): returned ones first, then priority, then waiting.
  waiting: (a, b) =>
    Number(b.at_front ?? false) - Number(a.at_front ?? false) ||
    (b.priority ?? 0) - (a.priority ?? 0) ||
    longestWaitFirst(a, b),
  mine: longestWaitFirst,
  team: longestWaitFirst,
  later: (a, b) => dueOf(a) - dueOf(b),
  open: longestWaitFirst,
  closed: later,
};

/** The rows of a view in its order. */
export function rowsOf(state, view) {
  return Object.values(state.rows)
    .filter((row) => BELONGS[view](row, state.me))
    .sort((a, b) => ORDER[view](a, b) || (a.conversation < b.conversation ? -1 : 1));
}

/**
 * The rows that have all of these words, of every view, latest first: those that the server found
 * in what was said, and those whose line shows the words already.
 */
export function rowsWith(state, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = state.found?.words === words ? state.found.conversations : {};
  return Object.values(state.rows)
    .filter((row) => row.conversation in found || contains(row, wanted))
    .sort((a, b) => later(a, b) || (a.conversation < b.conversation ? -1 : 1));
}

function contains(row, wanted) {
  if (wanted.length === 0) return true;
  const text = [row.name, row.email, row.text, row.agent?.name, ...(row.tags ?? [])]
    .join(" ")
    .toLowerCase();
  return wanted.every((word) => text.includes(word));
}

/** Per view: how many rows, and since when the longest wait lasts (milliseconds, or null). */
export function tally(state) {
  const counts = {};
  for (const { id } of VIEWS) {
    const rows = rowsOf(state, id);
    const waits = rows.map(waitingSince).filter((since) => since !== null);
    counts[id] = { count: rows.length, oldest: waits.length ? Math.min(...waits) : null };
  }
  return counts;
}

/** The row `step` places from the selected one in its view; the nearest end when there is none. */
export function neighbour(rows, selected, step) {
  if (rows.length === 0) return null;
  const at = rows.findIndex((row) => row.conversation === selected);
  if (at === -1) return rows[step > 0 ? 0 : rows.length - 1].conversation;
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))].conversation;
}
