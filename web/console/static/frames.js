/**
 * The desk's state as a pure function of what happened. No clock, no network, no DOM: the same
 * happenings give the same state, so a resumed console equals one that never went away.
 *
 * A happening is `{type: "frame", frame}` for what the server said (docs/protocol.md) or one of
 * the console's own, named in `OWN` below.
 */

import { instant } from "./clock.js";

/** The server's clock and this one may differ by so much (milliseconds). */
const SKEW_MS = 5000;

/** What a console knows before the first frame. */
export const EMPTY = Object.freeze({
  me: null,
  presence: "offline",
  link: "connecting", // connecting, open, lost, refused
  rows: {},
  leaving: {}, // rows that are gone and whose chat here has not told us yet that it closed
  conversations: {},
  viewing: {}, // conversation → agents looking at it
  offers: {}, // conversation → RFC 3339 time until which the offer holds
  outbox: [], // frames not yet answered by their event
  notices: [], // sentences shown above the panes
  view: "waiting",
  selected: null,
  found: null, // {words, conversations: id → {seq, excerpt} or null}: the answer to a search
  sought: null, // {conversation, seq}: the message to show of a chat that was found
});

const NEW_CONVERSATION = Object.freeze({
  loaded: false,
  stage: null,
  agent: null,
  episode: 1,
  seq: 0,
  standsAt: 0, // the number up to which stage and agent are known; events may still be on their way
  events: [],
  partial: null,
  typing: {}, // agent id or role → {from, since}
  seenSeq: 0,
  packet: undefined, // undefined: not asked yet; null: there is none
  about: undefined,
  suggestions: undefined,
  turn: 0, // the number of the customer's or an agent's last message: what suggestions are for
});

/** Apply one happening; returns the same object when nothing changed. */
export function reduce(state, happening) {
  if (happening.type === "frame") {
    const apply = FRAMES[happening.frame.type];
    return apply ? apply(state, happening.frame, happening) : state;
  }
  return OWN[happening.type](state, happening);
}

function withConversation(state, id, changes) {
  const before = state.conversations[id] ?? NEW_CONVERSATION;
  return { ...state, conversations: { ...state.conversations, [id]: { ...before, ...changes } } };
}

function without(record, key) {
  if (!(key in record)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}

function withNotice(state, notice) {
  const id = (state.notices.at(-1)?.id ?? 0) + 1;
  return { ...state, notices: [...state.notices, { id, tone: "plain", ...notice }].slice(-4) };
}

/** Who owns a conversation and where it stands: the events where they are loaded, else the row. */
export function standing(state, id) {
  const conversation = state.conversations[id];
  const row = state.rows[id];
  const known = conversation?.stage ? conversation : row;
  return { stage: known?.stage ?? null, agent: known?.agent ?? null };
}

/** True while this agent may write to the customer. */
export function isMine(state, id) {
  const { stage, agent } = standing(state, id);
  return stage === "human" && agent !== null && agent.id === state.me?.id;
}

/** True while this waiting conversation is offered to this agent. */
export function isOffered(state, id) {
  const { stage } = standing(state, id);
  const mine = state.rows[id]?.offered_to?.id === state.me?.id && state.me !== null;
  return stage === "waiting" && (Boolean(state.offers[id]) || mine);
}

/** True for a frame that carries words the agent wrote, to the customer or as a note. */
export function isWritten({ type }) {
  return type === "message" || type === "note";
}

/** The unanswered frame of this type for this conversation, or undefined. */
export function pending(state, id, type) {
  return state.outbox.find(
    (sent) =>
      sent.frame.conversation === id && sent.frame.type === type && sent.progress === "sending",
  );
}

const FRAMES = {
  welcome(state, frame) {
    if (!frame.conversation) {
      const me = { ...state.me, ...frame.agent, role: frame.role };
      return { ...state, me, presence: frame.presence };
    }
    return withConversation(state, frame.conversation, {
      loaded: true,
      stage: frame.stage,
      agent: frame.agent ?? null,
      standsAt: frame.seq,
      episode: frame.episode ?? 1,
    });
  },

  event(state, frame) {
    const id = frame.conversation;
    const before = state.conversations[id] ?? NEW_CONVERSATION;
    const settled = frame.client_id
      ? state.outbox.filter((sent) => sent.client_id !== frame.client_id)
      : state.outbox;
    if (frame.seq <= before.seq) return { ...state, outbox: settled };
    const changes = {
      loaded: true,
      seq: frame.seq,
      episode: frame.episode ?? before.episode,
      events: [...before.events, frame],
      ...(EVENT_KINDS[frame.kind]?.(frame, before) ?? {}),
    };
    const rows = labelled(state.rows, frame);
    return closedInSight(withConversation({ ...state, outbox: settled, rows }, id, changes), id);
  },

  partial: (state, frame) => withConversation(state, frame.conversation, { partial: frame.text }),

  typing(state, frame, { now }) {
    const who = frame.from.id ?? frame.from.role;
    if (who === state.me?.id) return state;
    const before = state.conversations[frame.conversation]?.typing ?? {};
    const typing = frame.on
      ? { ...before, [who]: { from: frame.from, since: now } }
      : without(before, who);
    return withConversation(state, frame.conversation, { typing });
  },

  seen(state, frame) {
    if (frame.from?.role !== "customer") return state;
    const before = state.conversations[frame.conversation]?.seenSeq ?? 0;
    return withConversation(state, frame.conversation, { seenSeq: Math.max(before, frame.seq) });
  },

  row(state, frame, { now }) {
    const { type: _, ...told } = frame;
    const row = { ...told, news: newsOf(state, told, now) };
    const kept = {
      ...state,
      rows: { ...state.rows, [row.conversation]: row },
      leaving: without(state.leaving, row.conversation),
    };
    const loaded = kept.conversations[row.conversation];
    const standsAt = row.seq ?? 0;
    // The row may run ahead of events that are still on their way, never behind: take it.
    if (!loaded?.stage || standsAt < Math.max(loaded.seq, loaded.standsAt)) return kept;
    return withConversation(kept, row.conversation, { stage: row.stage, agent: row.agent ?? null, standsAt });
  },

  /** A chat that closed before our eyes stays, as closed; any other leaves the lists. */
  row_gone(state, frame) {
    const id = frame.conversation;
    const row = state.rows[id];
    const gone = {
      ...state,
      rows: without(state.rows, id),
      leaving: row && state.conversations[id] ? { ...state.leaving, [id]: row } : state.leaving,
      offers: without(state.offers, id),
      viewing: without(state.viewing, id),
    };
    return closedInSight(gone, id);
  },

  offer: (state, frame) => ({
    ...state,
    offers: frame.expires_at
      ? { ...state.offers, [frame.conversation]: frame.expires_at }
      : without(state.offers, frame.conversation),
  }),

  viewing: (state, frame) => ({
    ...state,
    viewing: { ...state.viewing, [frame.conversation]: frame.agents ?? [] },
  }),

  presence: (state, frame) =>
    !frame.agent || frame.agent.id === state.me?.id ? { ...state, presence: frame.state } : state,

  error(state, frame) {
    const sent = state.outbox.find((each) => frame.client_id && each.client_id === frame.client_id);
    const conversation = sent?.frame.conversation ?? frame.conversation ?? null;
    if (frame.code === "taken") return taken(state, frame, conversation);
    if (sent && isWritten(sent.frame)) {
      const outbox = state.outbox.map((each) =>
        each === sent ? { ...each, progress: "failed", problem: frame.message } : each,
      );
      return { ...state, outbox };
    }
    const outbox = state.outbox.filter((each) => each !== sent);
    return withNotice({ ...state, outbox }, { tone: "danger", text: frame.message, conversation });
  },
};

/** A row that is gone stays, as closed, once its chat has closed here: either may be told first. */
function closedInSight(state, id) {
  const row = state.leaving[id];
  const conversation = state.conversations[id];
  if (!row || conversation?.stage !== "closed") return state;
  const { resolution } = conversation.events.findLast(({ kind }) => kind === "stage") ?? {};
  const closed = { ...row, stage: "closed", agent: null, resolution };
  return { ...state, leaving: without(state.leaving, id), rows: { ...state.rows, [id]: closed } };
}

/**
 * Why a chat of mine wants a look though nobody waits in it: "back" from being put away, "handed"
 * over by a colleague. Stays until the chat is chosen, or something is done in it.
 */
function newsOf(state, row, now) {
  const before = state.rows[row.conversation];
  const mine = row.stage === "human" && row.agent?.id === state.me?.id && !row.snoozed_until;
  if (!before || !mine) return undefined;
  if (before.stage === "human" && before.agent?.id !== state.me.id) return "handed";
  const until = instant(before.snoozed_until);
  return until !== null && until <= now + SKEW_MS ? "back" : before.news;
}

function looked(rows, conversation) {
  const row = rows[conversation];
  return row?.news ? { ...rows, [conversation]: { ...row, news: undefined } } : rows;
}

function taken(state, frame, conversation) {
  const outbox = state.outbox.filter((each) => each.client_id !== frame.client_id);
  const name = frame.agent?.name ?? "A colleague";
  const told = withNotice(
    { ...state, outbox, offers: without(state.offers, conversation) },
    { tone: "warning", text: `${name} has taken this chat.`, conversation },
  );
  if (!conversation || !told.conversations[conversation] || !frame.agent) return told;
  return withConversation(told, conversation, { stage: "human", agent: frame.agent });
}

/** The rows with what a newer change of labels says: of a closed chat no row comes. */
function labelled(rows, { kind, conversation, seq, tags, priority, snoozed_until, promise }) {
  const row = rows[conversation];
  if (kind !== "labels" || !row || seq <= (row.seq ?? 0)) return rows;
  return { ...rows, [conversation]: { ...row, seq, tags, priority, snoozed_until, promise } };
}

/** What an event of each kind changes besides being kept. */
const EVENT_KINDS = {
  message: (frame, before) => ({
    partial: frame.from.role === "bot" ? null : before.partial,
    typing: without(before.typing, frame.from.id ?? frame.from.role),
    ...turned(frame, before),
  }),
  stage: (frame, before) => ({
    // An event that comes after a newer row tells of the past: the chat stays with whom it is.
    ...(frame.seq >= before.standsAt && {
      stage: frame.stage,
      agent: frame.stage === "human" ? (frame.agent ?? agentOf(frame)) : null,
    }),
    partial: null,
    ...(frame.episode > before.episode && { about: undefined }), // how the last one ended is known now
  }),
  handoff: () => ({ packet: undefined }),
  summary: (frame, before) => ({ packet: before.packet && { ...before.packet, worded_summary: frame.text } }),
};

/** A customer's message has suggestions asked for anew; an agent's leaves nothing to answer. */
function turned({ from, seq }, before) {
  const turn = Math.max(before.turn, seq);
  if (from.role === "customer") return { suggestions: undefined, turn };
  return from.role === "agent" ? { suggestions: null, turn } : {};
}

function agentOf(frame) {
  return frame.from?.role === "agent" ? { id: frame.from.id, name: frame.from.name } : null;
}

/** The console's own happenings. */
const OWN = {
  me: (state, { me }) => ({ ...state, me }),
  link: (state, { link }) => (state.link === link ? state : { ...state, link }),
  view: (state, { view }) => ({ ...state, view }),
  select: (state, { conversation, seq }) => ({
    ...state,
    rows: looked(state.rows, conversation),
    selected: conversation,
    sought: seq ? { conversation, seq } : null,
  }),
  found: (state, { words, rows, passages }) => {
    const known = Object.fromEntries(rows.map((row) => [row.conversation, row]));
    const places = Object.fromEntries(rows.map(({ conversation }) => [conversation, null]));
    for (const { conversation, seq, excerpt } of passages) places[conversation] = { seq, excerpt };
    return { ...state, rows: { ...known, ...state.rows }, found: { words, conversations: places } };
  },
  "search-left": (state) => (state.found === null ? state : { ...state, found: null }),
  presence: (state, { presence }) => ({ ...state, presence }),
  sent: (state, { frame, at }) => ({
    ...state,
    rows: looked(state.rows, frame.conversation),
    outbox: [...state.outbox, { client_id: frame.client_id, frame, at, progress: "sending" }],
    offers: ["claim", "accept", "decline"].includes(frame.type)
      ? without(state.offers, frame.conversation)
      : state.offers,
  }),
  resent: (state, { client_id: id }) => ({
    ...state,
    outbox: state.outbox.map((sent) =>
      sent.client_id === id ? { ...sent, progress: "sending", problem: undefined } : sent,
    ),
  }),
  misunderstood: (state) => ({
    ...state,
    outbox: state.outbox
      .filter(({ frame }) => isWritten(frame))
      .map((sent) => ({ ...sent, progress: "failed", problem: "The server did not understand it." })),
  }),
  dropped: (state, { client_id: id }) => ({
    ...state,
    outbox: state.outbox.filter((sent) => sent.client_id !== id),
  }),
  // What was asked at a turn that is past by now is old.
  learned: (state, { conversation, facts, turn }) =>
    turn === undefined || turn === (state.conversations[conversation]?.turn ?? 0)
      ? withConversation(state, conversation, facts)
      : state,
  rows: (state, { rows }) => {
    const known = Object.fromEntries(rows.map((row) => [row.conversation, row]));
    return { ...state, rows: { ...known, ...state.rows } };
  },
  notice: (state, { type: _, ...notice }) => withNotice(state, notice),
  noticed: (state, { id }) => ({
    ...state,
    notices: state.notices.filter((notice) => notice.id !== id),
  }),
};
