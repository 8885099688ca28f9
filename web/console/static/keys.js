/**
 * One key, one deed; never while somebody types, and off by a switch (WCAG 2.2, 2.1.4 Character
 * Key Shortcuts).
 */

import { preference } from "./preferences.js";

export const SHORTCUTS = [
  { keys: ["j"], words: "Next chat", wish: "move", step: 1 },
  { keys: ["k"], words: "Previous chat", wish: "move", step: -1 },
  { keys: ["c"], words: "Claim the chat, or accept the offer", wish: "claim" },
  { keys: ["r"], words: "Reply", wish: "reply" },
  { keys: ["n"], words: "Write a note", wish: "note" },
  { keys: ["t"], words: "Transfer", wish: "ask-transfer" },
  { keys: ["s"], words: "Put away until a time, or promise something", wish: "ask-later" },
  { keys: ["e"], words: "Close the chat", wish: "ask-close" },
  { keys: ["1", "…", "6"], words: "Views from top to bottom", wish: "view-number" },
  { keys: ["/"], words: "Search; in a reply: saved replies", wish: "to-search" },
  { keys: ["Esc"], words: "Leave the field, back to the list", wish: "to-list" },
  { keys: ["?"], words: "Show these keys", wish: "keys" },
];

const BY_KEY = new Map(SHORTCUTS.flatMap((one) => one.keys.map((key) => [key, one])));
const WRITES = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/** The wish that a key press means, or null: `{wish, …}`. */
export function wishOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) {
    if (!(event.repeat && ["j", "k"].includes(event.key))) return null;
  }
  const source = event.composedPath()[0];
  const writing = source instanceof Element && source.matches(WRITES);
  if (event.key === "Escape") return { wish: "to-list" };
  if (writing || !preference("shortcuts")) return null;
  if (/^[1-6]$/.test(event.key)) return { wish: "view-number", number: Number(event.key) };
  const found = BY_KEY.get(event.key);
  return found ? { wish: found.wish, step: found.step } : null;
}
