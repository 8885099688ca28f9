// The page inside the iframe: puts the parts together.

import { Chat } from "./chat.js";
import { styled } from "./dom.js";
import { Host, fragment } from "./host.js";
import "./panel.js";
import { Storage } from "./storage.js";
import { loadWords, t } from "./words.js";

const panel = document.querySelector("wl-panel");
const { name, accent, greeting, hours, suggestions, maxChars, picture } = panel.dataset;
const key = picture ? "picture" : panel.dataset.key;
const { origin, page, lang, theme } = fragment();

if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
const root = document.documentElement;
// tokens.css holds the default colour's counterparts; only another one has to be computed.
const standard = getComputedStyle(root).getPropertyValue("--accent").trim() === accent;
const painted = standard || import("./accent.js").then(({ applyAccent }) => applyAccent(root, accent));
const [locale] = await Promise.all([loadWords([lang, ...navigator.languages]), styled, painted]);
document.title = t("chat_with", { name });

const chat = new Chat({ key, locale, page, picture: Boolean(picture) }, new Storage(key));
panel.build(chat, { name, greeting, hours, suggestions: JSON.parse(suggestions || "[]"), maxChars: Number(maxChars) });

const host = new Host(origin, (type, value) => {
  if (type === "shown") {
    chat.show(Boolean(value));
    if (value === true) panel.focus();
  } else if (type === "ask") panel.ask(String(value));
  else if (type === "identify") chat.identify(String(value));
});

const told = {};
function tell(type, value) {
  if (told[type] === value) return;
  told[type] = value;
  host.tell(type, value);
}

let heard = 0;
chat.addEventListener("change", () => {
  tell("unread", chat.unread);
  tell("stage", chat.state.stage);
  tell("known", chat.state.events.length > 0);
  for (const { kind, from, text, seq } of chat.state.events.filter(({ seq }) => seq > heard)) {
    heard = seq;
    if (kind === "message" && seq > chat.past) host.tell("message", { from: from.role, name: from.name, text });
  }
});
document.addEventListener("visibilitychange", () => chat.show(chat.visible));
panel.addEventListener("wl-close", () => host.tell("close"));
if (parent === window) chat.show(true);
const look = getComputedStyle(document.documentElement);
host.tell("ready", {
  accent: look.getPropertyValue("--accent"),
  accentText: look.getPropertyValue("--accent-text"),
  open: t("open"),
  close: t("close"),
  unread: t("unread"),
  title: document.title,
});
