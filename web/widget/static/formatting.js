// From text to elements, losing nothing: the textContent of what is made is the text given.
//
// Only text nodes and a fixed handful of elements are made, so no text can become markup. The
// characters that carry formatting (`**`, "- ", "[", …) stay in the tree, hidden.

import { h } from "./dom.js";
import { ADDRESS, link, safeAddress } from "./links.js";

export { plain, safeAddress } from "./links.js";

// Emphasis by a mark that is no part of a word: names_with_them and products like 2*3*4 keep theirs;
// scripts without spaces have stars between letters. Escapes, code and bold inside go as a whole.
const emphasis = (name, mark, word) =>
  `(?<!${word})${mark}(?=[^\\s${mark}])(?<${name}>(?:\\\\[^\\n]|\`[^\`\\n]+\`|\\*\\*[^*\\n]+\\*\\*|[^\\n\\\\\`${mark}])+)(?<=\\S)${mark}(?!${word})`;
const INLINE = new RegExp(
  [
    "(?<code>`(?<inCode>[^`\\n]+)`)",
    "(?<strong>\\*\\*(?:(?=\\*[^\\s*])(?<inBoth>\\*[^*\\n]+\\*)|(?=[^\\s*])(?<inStrong>[^\\n]+?)(?<=\\S))\\*\\*)",
    emphasis("starred", "\\*", "[\\w*]"),
    emphasis("underlined", "_", "[\\p{L}\\p{N}_]"),
    "(?<link>!?\\[(?<inLink>[^\\]\\n]+)\\]\\((?<to>[^\\s()]+(?:\\([^\\s()]*\\))?)\\))",
    `(?<bare>${ADDRESS.source})`,
    "(?<escape>\\\\(?<escaped>[!-/:-@[-`{-~]))",
  ].join("|"),
  "gu",
);
const FENCE = /^ {0,3}```/;
const ITEM = /^(\s{0,9})([-*+]|\d{1,9}[.)])(\s+)/;
const HEADING = /^(#{1,6}\s+)/;
const HARD_BREAK = /(  |\\)\n$/;
const STARTS = [FENCE, ITEM, HEADING, /^\s*\|/];
const TABLE_RULE = /^\s*\|?(\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*$/;

/** Text with CommonMark's simplest forms: emphasis, code, links, lists, fences, headings, tables. */
export function formatted(text) {
  const made = document.createDocumentFragment();
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  while (lines.length) {
    const one = block(lines);
    const list = made.lastChild;
    if (one.className !== "item") made.append(one);
    else if (list?.className === "items") list.append(one);
    else made.append(h("div", { class: "items", role: "list" }, one));
  }
  return made;
}

/** What such a text says, without the characters that only format it. */
export function unformatted(text) {
  const made = formatted(text);
  for (const one of made.querySelectorAll("a[href]"))
    if (safeAddress(one.textContent) !== one.href) one.append(` (${one.href})`);
  for (const one of made.querySelectorAll("[data-mark]")) one.prepend(`${one.dataset.mark} `);
  for (const one of made.querySelectorAll("[hidden]")) {
    const words = one.textContent;
    one.replaceWith(!words.trim() ? words : one.localName === "td" ? " | " : "");
  }
  return made.textContent;
}

function block(lines) {
  if (FENCE.test(lines[0])) return fence(lines);
  if (lines.length > 1 && lines[0].includes("|") && TABLE_RULE.test(lines[1]) && lines[1].includes("|"))
    return table(lines);
  const item = ITEM.exec(lines[0]);
  if (item) return listItem(lines, item);
  const heading = HEADING.exec(lines[0]);
  if (heading) {
    const line = lines.shift().slice(heading[0].length);
    return h("div", { class: "line" }, h("strong", {}, hidden(heading[0]), inline(line)));
  }
  if (!lines[0].trim()) return h("div", { class: "gap" }, hidden(lines.shift()));
  return h("div", { class: "line" }, paragraph(lines));
}

/** Lines up to a blank one or another block: one paragraph, its newlines only spaces. */
function paragraph(lines) {
  const made = [];
  do {
    const line = lines.shift();
    made.push(inline(line), HARD_BREAK.test(line) && h("br"));
  } while (lines.length && lines[0].trim() && !STARTS.some((start) => start.test(lines[0])));
  return made;
}

function fence(lines) {
  const open = lines.shift();
  const body = [];
  while (lines.length && !FENCE.test(lines[0])) body.push(lines.shift());
  const close = lines.shift() ?? "";
  return h("pre", { tabindex: "0" }, hidden(open), h("code", {}, body.join("")), hidden(close));
}

function table(lines) {
  const cells = (line, tag) =>
    h("tr", {}, (line.match(/\\\||[^|]|\|/g) ?? []).join("").split(/(\||\n)/).map((part) =>
      part === "|" || part === "\n" || !part.trim() ? part && hidden(part, "td") : h(tag, {}, inline(part))));
  const head = cells(lines.shift(), "th");
  const rule = hidden(lines.shift(), "tr");
  const body = [];
  while (lines.length && lines[0].includes("|")) body.push(cells(lines.shift(), "td"));
  return h("div", { class: "scroll", tabindex: "0", role: "group" }, h("table", {}, head, rule, body));
}

function listItem(lines, [all, indent, mark, space]) {
  // The mark itself is shown, so numbers stay the article's own.
  const bullet = /\d/.test(mark) ? mark : "•";
  const depth = String(Math.min(3, indent.length >> 1));
  const body = [inline(lines.shift().slice(all.length))];
  while (lines.length && /^\s{2,}\S/.test(lines[0]) && !ITEM.test(lines[0])) body.push(inline(lines.shift()));
  return h("div", { class: "item", role: "listitem", "data-depth": depth, "data-mark": bullet },
    hidden(indent + mark + space), h("span", {}, body));
}

function inline(text) {
  const made = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    made.push(text.slice(at, found.index), piece(found.groups, found[0]));
    at = found.index + found[0].length;
  }
  made.push(text.slice(at));
  return made.flat(3);
}

function piece(found, all) {
  if (found.code) return [hidden("`"), h("code", {}, found.inCode), hidden("`")];
  if (found.strong) return [hidden("**"), h("strong", {}, inline(found.inStrong ?? found.inBoth)), hidden("**")];
  const em = found.starred ?? found.underlined;
  if (em) return [hidden(all[0]), h("em", {}, inline(em)), hidden(all[0])];
  if (found.escape) return [hidden("\\"), found.escaped];
  if (found.bare) return [link(all, [all])];
  const label = inline(found.inLink);
  const start = all.startsWith("!") ? "![" : "[";
  return [hidden(start), found.link.startsWith("!") ? label : link(found.to, label), hidden(`](${found.to})`)];
}

function hidden(text, tag = "span") {
  return h(tag, { hidden: true }, text);
}
