/** Machine-readable codes in the product's words. An unknown code is shown as it is, spaced. */

const REASONS = {
  direct_request: "asked for a person",
  asked_human: "asked for a person",
  offer_accepted: "accepted our offer",
  low_confidence: "the bot was unsure",
  no_articles: "no articles to search",
  no_answer: "no article answers",
  near_ties: "several articles fit",
  missing_detail: "a detail was missing",
  source_shown: "the source was shown",
  off_topic: "off topic",
  already_offered: "offer declined before",
  answer_rejected: "answer rejected",
  failed_answers: "answers did not help",
  failed_after_offer: "answers did not help",
  frustration: "frustrated",
  frustrated_after_offer: "frustrated",
  same_point: "going in circles",
  same_point_after_offer: "going in circles",
  bot_failure: "the bot failed",
  taken_over: "taken over from the bot",
  transferred: "transferred",
  released: "given back",
  lease_expired: "the agent was lost",
  unclear: "not understood",
  everyday: "an everyday matter",
  answer_failed: "the bot failed",
};
/** A figure of a packet: its name in words, and the figure that holds its threshold. */
const FIGURES = {
  wants_person: ["Wish for a person", "direct_wish"],
  frustration: ["Frustration", "offer_at_frustration"],
  confidence: ["Confidence", "min_confidence"],
  failures: ["Answers that did not help", null],
  repeats: ["Turns on the same point", null],
};
const THRESHOLDS = new Set(Object.values(FIGURES).map(([, threshold]) => threshold));
const RESOLUTIONS = {
  solved: "solved",
  unsolved: "not solved",
  no_reply: "no reply",
  spam: "spam",
  confirmed: "solved by the bot",
  assumed: "assumed solved",
};
const NEWS = { back: "is back", handed: "handed to you" };
const PRIORITIES = { "-1": "Low", 0: "Normal", 1: "High", 2: "Urgent" };

const spaced = (code) => (code ? String(code).replaceAll("_", " ") : "");

/** Why a person is needed, for a chip. */
export function reasonWords(reason) {
  return REASONS[reason] ?? spaced(reason);
}

/** How an episode ended. */
export function resolutionWords(resolution) {
  return RESOLUTIONS[resolution] ?? spaced(resolution);
}

/** Why a chat wants a look (frames.js). */
export function newsWords(news) {
  return NEWS[news] ?? "";
}

/** "Urgent" for 2; -1 low, 0 normal, 1 high. */
export function priorityWords(priority) {
  return PRIORITIES[priority] ?? PRIORITIES[0];
}

/** "Plan name" for "plan_name": a name as the start of a line. */
export function nameWords(name) {
  const words = spaced(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The figures of a packet in words, each against its threshold: "Confidence 0.31, under 0.50". */
export function figureLines(figures) {
  return Object.entries(figures ?? {})
    .filter(([name, value]) => !THRESHOLDS.has(name) && !(value === 0 && FIGURES[name]?.[1] === null))
    .map(([name, value]) => {
      const [words, threshold] = FIGURES[name] ?? [nameWords(name), null];
      const limit = threshold === null ? undefined : figures[threshold];
      const against = limit === undefined ? "" : `, ${value < limit ? "under" : "at or over"} ${figure(limit)}`;
      return `${words} ${figure(value)}${against}`;
    });
}

/** To two digits; whole numbers stay whole. */
function figure(value) {
  return Number.isInteger(value) ? String(value) : Number(value).toFixed(2);
}
