// The one script of a company's page: a launcher, and the chat in a frame of its own when wanted.
//
// Served at /widget.js. Everything lives in a shadow root on a host element whose inline,
// important styles the page cannot override; nothing here moves the page's own layout. Options
// are attributes of the script tag (docs/widget.md); the page talks to us with Warmline(…).

(() => {
  const script = document.currentScript;
  if (!script || window.Warmline?.loaded) return;
  const source = new URL(script.src);
  // Tag managers drop `data-` attributes, so `?key=…` and the others may stand in the address too.
  const options = { ...Object.fromEntries(source.searchParams), ...script.dataset };
  const server = source.origin;
  const memory = `warmline:${options.key}`;
  const listeners = {};
  const held = []; // messages for the frame before it is ready
  let frame, open, ready, gone, timer, pause = 0, unread = 0;
  let words = { open: options.label || "Open chat", close: "Close chat", unread: "{n}", title: "Chat" };

  const make = (tag, attributes) => {
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  };

  const host = make("warmline-widget");
  host.style.cssText = "all:initial;position:fixed;bottom:0;width:0;height:0;z-index:2147483647;display:block".replace(/;|$/g, "!important;");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    button{position:fixed;bottom:20px;right:20px;width:56px;height:56px;border:0;padding:0;border-radius:50%;cursor:pointer;background:var(--accent);color:var(--on);box-shadow:0 4px 16px rgb(16 24 40/.25);transition:transform .15s}
    button:hover{transform:scale(1.05)}
    button:focus-visible{outline:2px solid var(--accent);outline-offset:3px;box-shadow:0 0 0 3px #fff}
    svg{width:28px;height:28px;display:block;margin:auto;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
    b{position:absolute;top:-4px;inset-inline-end:-4px;box-sizing:border-box;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#c22f2f;color:#fff;font:600 13px/22px system-ui;text-align:center}
    b:empty{display:none}
    iframe{position:fixed;bottom:88px;right:20px;width:384px;height:min(640px,100% - 108px);border:0;border-radius:16px;box-shadow:0 12px 48px rgb(16 24 40/.25);visibility:hidden;opacity:0;transform:translateY(8px);transition:opacity .15s,transform .15s,visibility .15s;color-scheme:normal}
    .left :is(button,iframe){left:20px;right:auto}
    .open iframe{visibility:visible;opacity:1;transform:none}
    @media(max-width:480px){.open iframe{inset:0;width:100%;height:100%;border-radius:0}.ready button{display:none}}
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
  const launcher = make("button");
  const badge = make("b", { "aria-hidden": "true" });
  // Drawn once: a browser forgets a press on what is gone when the button comes up.
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  const path = document.createElementNS(ns, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.append(path);
  launcher.append(svg, badge);
  box.append(launcher);
  root.append(box);

  // The side: left, right, start or end (the page's own reading direction).
  let left;
  const stand = (position) => {
    const rtl = getComputedStyle(document.documentElement).direction === "rtl";
    left = position === "left" || position === (rtl ? "end" : "start");
  };
  stand(options.position);

  const label = () => {
    const news = !open && unread ? `. ${words.unread.replace("{n}", unread)}` : "";
    launcher.setAttribute("aria-label", (open ? words.close : words.open) + news);
    launcher.setAttribute("aria-expanded", !!open);
    path.setAttribute("d", open ? "M6 6l12 12M18 6L6 18" : "M5 10a5 5 0 015-5h4a5 5 0 015 5v1a5 5 0 01-5 5h-2l-4 4v-4.4A5 5 0 015 11z");
    badge.textContent = news && (unread > 9 ? "9+" : unread);
    box.className = (open ? ready ? "open ready " : "open " : "") + (left ? "left" : "");
  };

  const emit = (name, value) => listeners[name]?.forEach((heard) => heard(value));

  const post = (type, value) => {
    if (ready && frame.contentWindow) frame.contentWindow.postMessage({ warmline: 1, type, value }, server);
    else held.push([type, value]);
  };

  const here = () => location.origin + location.pathname;

  const load = () => {
    if (frame) return;
    gone = false;
    if (!host.isConnected) place(); // after a shutdown
    const { key, lang = document.documentElement.lang, theme = "" } = options;
    frame = make("iframe", {
      src: `${server}/widget/?${new URLSearchParams({ key, lang })}#${new URLSearchParams({ origin: location.origin, page: here(), theme })}`,
      title: words.title,
      allow: "clipboard-write",
    });
    put();
  };

  // What does not come, or not whole (no network, a server that starts), is asked for again, ever
  // less often: a frame that is put in anew loads anew.
  const put = () => {
    box.prepend(frame);
    clearTimeout(timer);
    timer = setTimeout(() => ready || !frame || put(), (pause += 8e3));
  };

  const show = (wanted, quiet) => {
    if (!!open === wanted) return;
    load();
    open = wanted;
    label();
    if (open) post("page", here()); // a single-page site may have moved on
    post("shown", quiet ? "quiet" : open);
    // Focus goes into the chat, and back; a page that comes with an open chat keeps its own.
    if (!quiet) (open ? frame : launcher).focus();
    remember(open ? 2 : 1);
    emit(open ? "open" : "close");
  };

  const stored = (work) => {
    try {
      return work(sessionStorage, localStorage);
    } catch {
      // Storage is a comfort here: without it the chat opens when clicked.
    }
  };
  // 1: this visitor has a conversation, so look for news; 2: and has it open.
  const remember = (state) => stored((tab, all) => {
    tab.setItem(memory, state);
    all.setItem(memory, 1);
  });

  addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== server || data?.warmline !== 1) return;
    const { type, value } = data;
    if (type === "close") return show(false);
    if (type === "ready") {
      ready = true;
      pause = 0;
      words = { ...words, ...value, open: options.label || value.open };
      frame.title = words.title;
      if (!options.accent) paint(value.accent, value.accentText);
      if (!options.position) stand(value.position);
      held.splice(0).forEach(([held, value]) => post(held, value));
    }
    if (type === "unread") unread = value;
    if (type === "known" && value && !open) remember(1);
    if (type === "gone") return leave();
    label();
    emit(type, value);
  });

  // Everything off the page, as if there had been nobody: the next one to use it starts afresh.
  const leave = () => {
    gone = true;
    host.remove();
    frame?.remove();
    frame = ready = open = undefined;
    unread = 0;
    held.length = 0;
    stored((tab, all) => {
      tab.removeItem(memory);
      all.removeItem(memory);
    });
    label();
    emit("shutdown");
  };

  const verbs = {
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!open),
    ask: (text) => (show(true), post("ask", text)),
    identify: (token) => (load(), post("identify", token)),
    page: () => frame && post("page", here()),
    shutdown: () => (load(), post("shutdown")),
    on: (name, heard) => (listeners[name] ??= []).push(heard),
    off: (name, heard) => (listeners[name] = listeners[name]?.filter((one) => heard && one !== heard)),
  };
  const queued = window.Warmline?.q;
  window.Warmline = (verb, ...rest) => verbs[verb]?.(...rest);
  window.Warmline.loaded = true;

  launcher.onclick = () => show(!open);
  launcher.onpointerenter = launcher.onfocus = load;
  // On <html>, beside <body>: a body that is transformed, replaced or hidden does not matter.
  const place = () => document.documentElement.append(host);
  label();
  const start = () => {
    place();
    // A framework that draws the whole document throws out what it did not draw.
    new MutationObserver(() => {
      if (gone || host.isConnected) return;
      ready = false; // the frame loads again, and says so
      frame && put();
      place();
      if (open) post("shown", "quiet");
    }).observe(document.documentElement, { childList: true });
    const state = stored((tab, all) => tab.getItem(memory) || all.getItem(memory));
    if (state === "2") show(true, true);
    // Ahead of the click, once the page has all that it wants and rests; nothing is connected then.
    else if (state || (options.ahead !== "no" && !navigator.connection?.saveData)) {
      const rest = () => (window.requestIdleCallback || setTimeout)(load);
      document.readyState[7] ? rest() : addEventListener("load", rest); // "complete"
    }
    queued?.forEach((call) => window.Warmline(...call));
  };
  document.body ? start() : addEventListener("DOMContentLoaded", start);
})();
