// What is said of the events that are no messages.

/**
 * {word, values?} of an event, or null where nothing is to be said: also where the row `before`
 * says it already, as when offers run out one after another.
 */
export function noticeOf(frame, before) {
  const notice = toldBy(frame);
  const said = before?.type === "notice" && before.word === notice?.word;
  return said && JSON.stringify(before.values) === JSON.stringify(notice.values) ? null : notice;
}

function toldBy(frame) {
  if (frame.kind === "handoff")
    return frame.state === "timed_out" ? { word: "looking_further" } : null;
  if (frame.kind === "survey") return { word: "rated" };
  if (frame.kind === "profile")
    return frame.profile?.email ? { word: "email_kept", values: { email: frame.profile.email } } : null;
  const name = frame.agent?.name ?? frame.from?.name;
  if (frame.stage === "human") return { word: name ? "joined" : "joined_someone", values: { name } };
  if (frame.stage === "closed") return { word: "ended" };
  if (frame.stage === "waiting")
    return { word: frame.reason === "lease_expired" ? "queued_again" : frame.previous === "human" ? "passed_on" : "queued" };
  if (frame.stage !== "bot") return null;
  if (frame.reason === "cancelled" || frame.previous === "waiting") return { word: "cancelled" };
  return frame.previous === "human" ? { word: "with_bot" } : null;
}
