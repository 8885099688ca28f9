/** Machine-readable codes in the product's words. An unknown code is shown as it is, spaced. */

const REASONS = {
  direct_request: "asked for a person",
  asked_human: "asked for a person",
  customer_asked: "asked for a person",
  offer_accepted: "accepted our offer",
  low_confidence: "bot was unsure",
  no_answer: "no article answers",
  unanswered: "no article answers",
  frustration: "frustrated",
  frustrated: "frustrated",
  repetition: "going in circles",
  answer_failed: "the bot could not answer",
};
const RESOLUTIONS = {
  solved: "solved",
  unsolved: "not solved",
  no_reply: "no reply",
  spam: "spam",
  confirmed: "solved by the bot",
  assumed: "assumed solved",
};
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

/** "Urgent" for 2; -1 low, 0 normal, 1 high. */
export function priorityWords(priority) {
  return PRIORITIES[priority] ?? PRIORITIES[0];
}

/** "Confidence" for "confidence", "best score" for "best_score": the name of a figure. */
export function figureWords(name) {
  const words = spaced(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A figure to two digits; whole numbers stay whole. */
export function figureText(value) {
  return Number.isInteger(value) ? String(value) : Number(value).toFixed(2);
}
