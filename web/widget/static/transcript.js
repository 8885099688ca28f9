// The conversation as the customer sees it: a pure function from frames to what is shown.
//
// Applying the same event twice changes nothing, so a resume may repeat. Numbers rise but may have
// gaps (notes between agents take numbers too). Nothing here touches the page, clock or network.

export const EMPTY = Object.freeze({
  conversation: null,
  episode: 0,
  first: null, // the log begins with this episode; earlier ones are past
  stage: "bot",
  seq: 0, // the highest number applied: the `after` of a resume
  agent: null, // {id?, name?} while a person has the chat
  events: [], // messages and notices, rising seq
  helpful: {}, // seq of a bot message -> true | false
  handoff: null, // while waiting, the last step: {state, position?, wait_s?, back_at?, off_duty?}
  survey: null, // {seq, survey, kind} while one waits for an answer
  email: null, // the address the customer left
  seen: 0, // the customer's messages up to here were seen by a person
  partial: null, // the bot's answer so far
  typing: null, // who types: {role, name?}
});

/** The state after a server frame; the same object when it changes nothing. */
export function apply(state, frame) {
  switch (frame.type) {
    case "welcome":
      return welcome(state, frame);
    case "event":
      return frame.seq > state.seq ? event({ ...state, seq: frame.seq }, frame) : state;
    case "queue":
      return state.handoff
        ? { ...state, handoff: { ...state.handoff, position: frame.position, wait_s: frame.wait_s } }
        : state;
    case "partial":
      return { ...state, partial: frame.text, typing: null };
    case "typing":
      return { ...state, typing: frame.on ? frame.from : null };
    case "seen":
      return frame.from?.role === "agent" && frame.seq > state.seen
        ? { ...state, seen: frame.seq }
        : state;
    default:
      return state;
  }
}

function welcome(state, frame) {
  const same = state.conversation === null || state.conversation === frame.conversation;
  return {
    ...(same ? state : EMPTY),
    conversation: frame.conversation,
    episode: frame.episode,
    first: (same && state.first) || frame.episode,
    stage: frame.stage,
    agent: frame.agent ?? null,
    // Fleeting things do not outlive the line they came over.
    partial: null,
    typing: null,
  };
}

function event(state, frame) {
  const next = { ...state, episode: Math.max(state.episode, frame.episode) };
  const kinds = { message, stage, handoff, survey, feedback, profile };
  return Object.hasOwn(kinds, frame.kind) ? kinds[frame.kind](next, frame) : next;
}

function message(state, frame) {
  const mine = frame.from.role === "customer";
  return {
    ...shown(state, frame),
    partial: frame.from.role === "bot" ? null : state.partial,
    typing: mine ? state.typing : null,
    seen: frame.from.role === "agent" ? Math.max(state.seen, frame.seq) : state.seen,
  };
}

function stage(state, frame) {
  const person = frame.stage === "human";
  return {
    ...shown(state, frame),
    stage: frame.stage,
    agent: person ? (frame.agent ?? frame.from) : null,
    handoff: frame.stage === "waiting" ? (state.handoff ?? { state: "queued" }) : null,
    partial: null,
    typing: null,
  };
}

function handoff(state, frame) {
  const over = ["accepted", "cancelled", "returned"].includes(frame.state);
  return { ...shown(state, frame), handoff: over ? null : frame };
}

function survey(state, frame) {
  const answered = frame.score != null;
  const asked = { seq: frame.seq, survey: frame.survey, kind: frame.survey_kind ?? "csat" };
  return { ...(answered ? shown(state, frame) : state), survey: answered ? null : asked };
}

function feedback(state, frame) {
  return { ...state, helpful: { ...state.helpful, [frame.about_seq]: frame.helpful } };
}

function profile(state, frame) {
  return { ...shown(state, frame), email: frame.profile?.email ?? state.email };
}

function shown(state, frame) {
  return { ...state, events: [...state.events, frame] };
}

/**
 * The rows of the log, top to bottom, each with a `key` that stays while the row stays:
 * {type: "day", at}, {type: "episode"}, {type: "notice", word, values}, {type: "message", …}.
 *
 * `noticeOf` finds the words of the other events (notices.js). `pending` are the outbox entries of
 * messages; they stand last, in their order. `files` is what is known of files by their id, for
 * messages that the server does not have yet.
 */
export function rows(state, noticeOf, pending = [], files = new Map()) {
  const made = [];
  let day = null;
  let episode = null;
  const first = beginning(state);
  for (const one of state.events) {
    if (one.episode < first) continue;
    const notice = one.kind === "message" ? null : noticeOf(one, made.at(-1));
    if (one.kind !== "message" && !notice) continue;
    if (episode !== null && one.episode !== episode)
      made.push({ type: "episode", key: `episode${one.episode}` });
    episode = one.episode;
    const today = new Date(one.at).toDateString();
    if (today !== day) made.push({ type: "day", key: `day${today}`, at: one.at });
    day = today;
    const key = one.client_id ?? `seq${one.seq}`;
    made.push(notice ? { type: "notice", key: `notice${one.seq}`, ...notice } : said(key, one, state));
  }
  for (const { frame, failed } of pending)
    made.push({ type: "message", key: frame.client_id, role: "customer", text: frame.text, files: frame.files?.map((id) => files.get(id)).filter(Boolean), failed, pending: true });
  return grouped(made, state);
}

/** The first episode of the log. Whoever starts anew leaves a closed one behind, unless it goes on. */
function beginning({ first, stage, episode }) {
  return stage === "closed" ? first : Math.min(first ?? episode, episode);
}

/** Whether there are episodes before the log's. */
export const hasPast = (state) => state.events.length > 0 && state.events[0].episode < beginning(state);

function said(key, frame, state) {
  const { seq, at, text, files, citations = [], choices = [], offer = false, from } = frame;
  const { role, name, id } = from;
  return { type: "message", key, seq, at, text, files, citations, choices, offer, role, name, id, helpful: state.helpful[seq] };
}

/** Marks who speaks first in a run, which row is the last word, and how far a person has read. */
function grouped(made, state) {
  let before = null;
  for (const row of made) {
    row.first = row.type !== "message" || before?.role !== row.role || before?.id !== row.id;
    before = row.type === "message" ? row : null;
  }
  const messages = made.filter((row) => row.type === "message");
  const last = messages.at(-1);
  if (last) last.latest = true;
  const read = messages.findLast((row) => row.role === "customer" && row.seq <= state.seen);
  if (read) read.seen = true;
  return made;
}

/** Messages of others after `seen`, for the launcher's badge. */
export function unread(state, seen) {
  const theirs = (one) => one.kind === "message" && one.from.role !== "customer";
  return state.events.filter((one) => one.seq > seen && theirs(one)).length;
}

/**
 * True while the customer's last message has no answer and the bot is the one to give it. While a
 * person is awaited the bot speaks only when it has something to say, so nothing is promised then.
 */
export function awaitsBot(state) {
  return state.stage === "bot" && state.events.findLast((one) => one.kind === "message")?.from.role === "customer";
}
