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

const noon = (day) => new Date(day).setHours(12, 0, 0, 0);

/**
 * A day by the customer's calendar: in words where it is `first` or the next one (in days from
 * now), by its weekday alone where it is one of the next `soon`, else as a date.
 */
function dayWords(at, now, first, soon) {
  const day = new Date(at);
  const days = Math.round((noon(day) - noon(now)) / 864e5);
  if (days === first || days === first + 1)
    return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  const year = day.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const date = days > 0 && days <= soon ? {} : { day: "numeric", month: "long", year };
  return day.toLocaleDateString(locale, { weekday: "long", ...date });
}

/** "Today", "Yesterday", or the date with its weekday. */
export function dayOf(at, now = new Date()) {
  const words = dayWords(at, now, -1, 0);
  return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
}

/** The language in use, as BCP 47. */
export const language = () => locale;

/** Day and time: today, tomorrow, a weekday of the next six, else the date. */
export const whenOf = (at, now = new Date()) => `${dayWords(at, now, 0, 6)} ${timeOf(at)}`;

export const numberOf = (value) => value.toLocaleString(locale);
