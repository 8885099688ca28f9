// The page inside the iframe: puts the parts together.

import { Chat } from "./chat.js";
import { later, styled } from "./dom.js";
import { Host, fragment } from "./host.js";
import "./panel.js";
import { Storage } from "./storage.js";
import { loadWords, t } from "./words.js";

const panel = document.querySelector("wl-panel");
const { accent, picture, ...told } = panel.dataset;
const key = picture ? "picture" : told.key;
const { origin, page, theme } = fragment();

const root = document.documentElement;
const look = getComputedStyle(root); // as it is whenever it is asked
if (theme === "light" || theme === "dark") root.dataset.theme = theme;
const locale = root.lang;
// tokens.css holds the default colour's counterparts; only another one has to be computed.
const standard = look.getPropertyValue("--accent").trim() === accent;
const painted = standard || later("accent").then(({ applyAccent }) => applyAccent(root, accent));
await Promise.all([loadWords(locale), styled, painted]);
document.title = t("chat_with", { name: told.name });

const chat = new Chat({ key, locale, page, picture: Boolean(picture) }, new Storage(key));
const own = JSON.parse(told.words || "{}")[locale.slice(0, 2)]; // what the owner says in this language
panel.build(chat, {
  ...told,
  greeting: own?.greeting || told.greeting,
  suggestions: own?.suggestions.length ? own.suggestions : JSON.parse(told.suggestions || "[]"),
});

const host = new Host(origin, (type, value) => {
  if (type === "shown") {
    chat.show(Boolean(value));
    if (value === true) panel.focus();
  } else if (type === "ask") panel.ask(String(value));
  else if (type === "identify") chat.identify(String(value));
  else if (type === "page") chat.moveTo(String(value));
  else if (type === "shutdown") {
    chat.leave();
    host.tell("gone");
  }
});

const last = {};
function tell(type, value) {
  if (last[type] === value) return;
  last[type] = value;
  host.tell(type, value);
}

let heard = 0;
chat.addEventListener("change", () => {
  tell("unread", chat.unread);
  tell("stage", chat.state.stage);
  tell("known", chat.state.events.length > 0);
  tell("expired", chat.identityRefused);
  for (const { kind, from, text, seq } of chat.state.events.filter(({ seq }) => seq > heard)) {
    heard = seq;
    if (kind === "message" && seq > chat.past) host.tell("message", { from: from.role, name: from.name, text });
  }
});
document.addEventListener("visibilitychange", () => chat.show(chat.visible));
panel.addEventListener("wl-close", () => host.tell("close"));
if (parent === window) chat.show(true);
host.tell("ready", {
  accent: look.getPropertyValue("--accent"),
  accentText: look.getPropertyValue("--accent-text"),
  open: t("open"),
  close: t("close"),
  unread: t("unread"),
  title: document.title,
  position: told.position,
});
