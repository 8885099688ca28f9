// The widget's words in the customer's language. One catalogue is loaded, each is complete.

export const LANGUAGES = ["en", "de", "fr", "es", "pt", "it", "nl", "pl", "ja", "ar"];
const RIGHT_TO_LEFT = new Set(["ar"]);

let table = {};
let locale = "en";

/** Loads the first language of `wanted` (BCP 47 tags) that there is, else English. */
export async function loadWords(wanted) {
  const tag = wanted.find((one) => one && LANGUAGES.includes(one.slice(0, 2).toLowerCase())) ?? "en";
  const language = tag.slice(0, 2).toLowerCase();
  try {
    table = (await import(`./strings/${language}.js`)).default;
    locale = Intl.getCanonicalLocales(tag)[0];
  } catch {
    table = (await import("./strings/en.js")).default;
  }
  document.documentElement.lang = locale;
  document.documentElement.dir = RIGHT_TO_LEFT.has(locale.slice(0, 2)) ? "rtl" : "ltr";
  return locale;
}

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

export const numberOf = (value) => value.toLocaleString(locale);
