/** Names and addresses as the console shows them. */

import { element } from "./elements.js";
import { safeAddress, unformatted } from "../widget/formatting.js";

/** A link that opens elsewhere and learns nothing of the console; only text where it is unsafe. */
export function link(address, ...children) {
  const safe = safeAddress(absolute(address));
  if (safe === null) return element("span", {}, children);
  return element(
    "a",
    { href: safe, target: "_blank", rel: "noopener noreferrer nofollow" },
    children,
  );
}

function absolute(address) {
  try {
    return new URL(address, window.location.href).href;
  } catch {
    return address;
  }
}

/** "MK" for "Mira Klein": at most two letters for an avatar. */
export function initials(name) {
  const parts = (name ?? "").trim().split(/\s+/).filter(Boolean);
  const ends = [parts[0], parts.length > 1 ? parts.at(-1) : ""];
  return ends.map((part) => [...(part ?? "")][0] ?? "").join("").toUpperCase() || "?";
}

/** What to call a customer: the name, else the address, else "Visitor". */
export function customerName(facts) {
  return facts?.name || facts?.email || "Visitor";
}

const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
const SYSTEMS = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]];

/** "Firefox on Windows" for a browser's user-agent line; the line itself where it is unknown. */
export function deviceWords(line) {
  const named = (names) => names.find(([sign]) => line.includes(sign))?.[1];
  const [browser, system] = [named(BROWSERS), named(SYSTEMS)];
  return browser && system ? `${browser} on ${system}` : line;
}

/** "German (Austria)" for "de-AT"; the tag itself where it names no language. */
export function languageWords(tag) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

const RULE = /^:?-+:?$/;

/**
 * What the bot's text says as one line: no marks of formatting, a table as "plan · price; Basic ·
 * 5 euro". The text may be cut off anywhere, so a table may have lost its rule or its end.
 */
export function oneLine(text) {
  const lines = unformatted(text).split("\n").map((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    return { words: cells.filter((cell) => cell && !RULE.test(cell)).join(" · "), row: cells.length > 1 };
  });
  return lines
    .filter(({ words }) => words)
    .reduce((all, { words, row }, n, kept) => `${all}${n ? (row && kept[n - 1].row ? "; " : " ") : ""}${words}`, "");
}
