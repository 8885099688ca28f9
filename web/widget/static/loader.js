// The one script of a company's page: a launcher, and the chat in a frame of its own when wanted.
//
// Served at /widget.js. Everything lives in a shadow root on a host element whose inline,
// important styles the page cannot override; nothing here moves the page's own layout. Options
// are attributes of the script tag (docs/widget.md); the page talks to us with Warmline(…).

(() => {
  const script = document.currentScript;
  if (!script || window.Warmline?.loaded) return;
  const options = script.dataset;
  const server = new URL(script.src).origin;
  const memory = `warmline:${options.key}`;
  const listeners = {};
  const held = []; // messages for the frame before it is ready
  let frame, open, ready, unread = 0;
  let words = { open: options.label || "Open chat", close: "Close chat", unread: "{n}", title: "Chat" };

  const make = (tag, attributes) => {
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  };
  const drawing = (d) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", d);
    svg.append(path);
    return svg;
  };
  const CHAT = "M5 10a5 5 0 015-5h4a5 5 0 015 5v1a5 5 0 01-5 5h-2l-4 4v-4.4A5 5 0 015 11z";
  const CLOSE = "M6 6l12 12M18 6L6 18";

  // The side: `data-position` left, right, start or end (the page's own reading direction).
  const rtl = getComputedStyle(document.documentElement).direction === "rtl";
  const position = options.position || "end";
  const side = position === "left" || position === (rtl ? "end" : "start") ? "left" : "right";
  const host = make("warmline-widget");
  const pinned = { all: "initial", position: "fixed", bottom: 0, [side]: 0, width: 0, height: 0, "z-index": 2147483647, display: "block" };
  for (const name in pinned) host.style.setProperty(name, pinned[name], "important");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    button{position:fixed;bottom:20px;${side}:20px;width:56px;height:56px;border:0;padding:0;border-radius:50%;cursor:pointer;background:var(--accent);color:var(--on);box-shadow:0 4px 16px rgb(16 24 40/.25);transition:transform .15s}
    button:hover{transform:scale(1.05)}
    button:focus-visible{outline:2px solid var(--accent);outline-offset:3px;box-shadow:0 0 0 3px #fff}
    svg{width:28px;height:28px;display:block;margin:auto;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
    b{position:absolute;top:-4px;inset-inline-end:-4px;box-sizing:border-box;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#c22f2f;color:#fff;font:600 13px/22px system-ui,sans-serif;text-align:center}
    b:empty{display:none}
    iframe{position:fixed;bottom:88px;${side}:20px;width:384px;height:min(640px,100% - 108px);border:0;border-radius:16px;box-shadow:0 12px 48px rgb(16 24 40/.28);visibility:hidden;opacity:0;transform:translateY(8px);transition:opacity .15s,transform .15s,visibility .15s;color-scheme:normal}
    .open iframe{visibility:visible;opacity:1;transform:none}
    @media(max-width:480px){iframe{inset:0;width:100%;height:100%;border-radius:0}.open button{display:none}}
    @media(prefers-reduced-motion:reduce){*{transition:none!important}}
    @media(forced-colors:active){button,iframe{border:1px solid}}
    @media print{div{display:none}}`);
  root.adoptedStyleSheets = [sheet];

  const box = make("div");
  const paint = (accent, on) => {
    box.style.setProperty("--accent", accent);
    box.style.setProperty("--on", on);
  };
  // The owner's colour is known to the frame; `data-accent` saves the page the change.
  paint(options.accent || "#0d6b6e", options.accentText || "#fff");
  const launcher = make("button", { type: "button", "aria-expanded": "false" });
  const badge = make("b", { "aria-hidden": "true" });
  box.append(launcher);
  root.append(box);

  const label = () => {
    const news = !open && unread ? `. ${words.unread.replace("{n}", unread)}` : "";
    launcher.setAttribute("aria-label", (open ? words.close : words.open) + news);
    launcher.setAttribute("aria-expanded", String(!!open));
    launcher.replaceChildren(drawing(open ? CLOSE : CHAT), badge);
    badge.textContent = open || !unread ? "" : unread > 9 ? "9+" : unread;
    box.className = open ? "open" : "";
  };

  const emit = (name, value) => (listeners[name] || []).forEach((heard) => heard(value));

  const post = (type, value) => {
    if (ready) frame.contentWindow.postMessage({ warmline: 1, type, value }, server);
    else held.push([type, value]);
  };

  const load = () => {
    if (frame) return;
    const { key, lang = document.documentElement.lang, theme = "" } = options;
    const page = location.origin + location.pathname;
    frame = make("iframe", {
      src: `${server}/widget/?key=${encodeURIComponent(key)}#${new URLSearchParams({ origin: location.origin, page, lang, theme })}`,
      title: words.title,
      allow: "clipboard-write",
    });
    box.prepend(frame);
  };

  const show = (wanted, quiet) => {
    if (!!open === wanted) return;
    load();
    open = wanted;
    label();
    post("shown", quiet ? "quiet" : open);
    // Focus goes into the chat, and back; a page that comes with an open chat keeps its own.
    if (!quiet) (open ? frame : launcher).focus();
    remember(open ? 2 : 1);
    emit(open ? "open" : "close");
  };

  // 1: this visitor has a conversation, so look for news; 2: and has it open.
  const remember = (state) => {
    try {
      sessionStorage.setItem(memory, state);
      localStorage.setItem(memory, 1);
    } catch {
      // Storage is a comfort here: without it the chat opens when clicked.
    }
  };
  const remembered = () => {
    try {
      return sessionStorage.getItem(memory) || localStorage.getItem(memory);
    } catch {
      return null;
    }
  };

  addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== server || data?.warmline !== 1) return;
    const { type, value } = data;
    if (type === "close") return show(false);
    if (type === "ready") {
      ready = true;
      words = { ...words, ...value, open: options.label || value.open };
      frame.title = words.title;
      if (!options.accent) paint(value.accent, value.accentText);
      held.splice(0).forEach(([held, value]) => post(held, value));
    }
    if (type === "unread") unread = value;
    if (type === "known" && value && !open) remember(1);
    label();
    emit(type, value);
  });

  const verbs = {
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!open),
    ask: (text) => (show(true), post("ask", text)),
    identify: (token) => (load(), post("identify", token)),
    on: (name, heard) => (listeners[name] ??= []).push(heard),
  };
  const queued = window.Warmline?.q || [];
  window.Warmline = (verb, ...rest) => verbs[verb]?.(...rest);
  window.Warmline.loaded = true;

  launcher.addEventListener("click", () => show(!open));
  launcher.addEventListener("pointerenter", load);
  launcher.addEventListener("focus", load);
  label();
  const start = () => {
    // On <html>, beside <body>: a body that is transformed, replaced or hidden does not matter.
    document.documentElement.append(host);
    const state = remembered();
    if (state === "2") show(true, true);
    else if (state) (window.requestIdleCallback || setTimeout)(load);
    queued.forEach((call) => window.Warmline(...call));
  };
  document.body ? start() : addEventListener("DOMContentLoaded", start);
})();
