// The conversation as a file, made here; what people wrote goes in as text.

import { dayOf, t, timeOf } from "./words.js";
import { groupByArticle } from "./answer.js";
import { unformatted } from "./formatting.js";
import { nameOf } from "./message.js";

const STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0 1rem}small{color:#555}";

/** Offers a file of the rows (transcript.js), `kind` "text" or "page". */
export function save(rows, name, kind) {
  const lines = spoken(rows);
  const title = t("transcript", { name });
  const [body, type, end] = kind === "page" ? [page(title, lines), "text/html", "html"] : [text(title, lines), "text/plain", "txt"];
  const address = URL.createObjectURL(new Blob([body], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `chat-${new Date().toISOString().slice(0, 10)}.${end}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function spoken(rows) {
  return rows
    .filter(({ type, pending }) => (type === "message" || type === "notice") && !pending)
    .map((row) => ({
      head: row.type === "message" ? `${row.role === "customer" ? t("you") : nameOf(row)} · ${dayOf(row.at)} ${timeOf(row.at)}` : "",
      text: row.role === "bot" ? unformatted(row.text) : row.type === "message" ? row.text : t(row.word, row.values),
      sources: [...(row.files ?? []).map(({ name }) => name), ...groupByArticle(row.citations).map(({ title, quotes }) => (quotes[0].url ? `${title} <${quotes[0].url}>` : title))],
    }));
}

/** The file's plain form. */
export function text(title, lines) {
  const parts = lines.map(({ head, text: said, sources }) => [head, said, ...sources.map((one, n) => `[${n + 1}] ${one}`)].filter(Boolean).join("\n"));
  return [title, ...parts].join("\n\n") + "\n";
}

/** The file's HTML form: a document built from text nodes, then written out. */
export function page(title, lines) {
  const made = document.implementation.createHTMLDocument(title);
  const charset = made.createElement("meta");
  charset.setAttribute("charset", "utf-8");
  const rule = made.createElement("meta");
  rule.setAttribute("http-equiv", "Content-Security-Policy");
  rule.setAttribute("content", "default-src 'none'; style-src 'unsafe-inline'");
  const style = made.createElement("style");
  style.textContent = STYLE;
  made.head.prepend(charset, rule);
  made.head.append(style);
  made.documentElement.lang = document.documentElement.lang;
  made.documentElement.dir = document.documentElement.dir;
  const add = (tag, words) => {
    const element = made.createElement(tag);
    element.textContent = words;
    element.dir = "auto";
    made.body.append(element);
  };
  add("h1", title);
  for (const { head, text: said, sources } of lines) {
    if (head) add("small", head);
    add("p", said);
    sources.forEach((one, n) => add("small", `[${n + 1}] ${one}`));
  }
  return `<!doctype html>\n${made.documentElement.outerHTML}\n`;
}
