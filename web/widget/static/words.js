// The widget's words in the customer's language. One catalogue is loaded for the first message,
// one more for all that comes later; each is complete.

import { fill, later } from "./dom.js";

const table = {};
let locale = "en";
let more = null;

const load = async (folder) => Object.assign(table, (await later(`strings/${folder}${locale.slice(0, 2)}`)).default);

/** Loads the words of a BCP 47 tag whose catalogue there is (web/widget/languages.py chose it). */
export async function loadWords(tag) {
  // A page in "en" does not say which; the browser may know: dates and times go by its region.
  locale = navigator.languages.find((one) => one.split("-")[0] === tag) ?? tag;
  await load("");
}

/** What a module needs that comes later: the rest of the words, and its sheet. Gives the sheet. */
export const dressed = async (name) =>
  (await Promise.all([fill(new CSSStyleSheet(), name), (more ??= load("more/"))]))[0];

/** The words under a key, with {name} replaced by `values.name`. */
export function t(key, values = {}) {
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** "14:05". */
export const timeOf = (at) =>
  new Date(at).toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });

/** "Today", "Yesterday", or the date with its weekday. */
export function dayOf(at, now = new Date()) {
  const day = new Date(at);
  const ago = Math.round((new Date(now).setHours(12, 0, 0, 0) - new Date(day).setHours(12, 0, 0, 0)) / 864e5);
  if (ago >= 0 && ago < 2) {
    const word = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-ago, "day");
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
  }
  const year = day.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year });
}

/** The language in use, as BCP 47. */
export const language = () => locale;

/** Day and time. */
export const whenOf = (at) =>
  new Date(at).toLocaleString(locale, { weekday: "long", hour: "numeric", minute: "2-digit" });

export const numberOf = (value) => value.toLocaleString(locale);
