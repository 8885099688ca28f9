/** The lines that put the widget into a page, as a host of each kind wants them. */

import { button, element, replace, say } from "./elements.js";

const KINDS = [
  ["html", "Any page", "Put this line before </body>, on every page that shall have the chat."],
  ["react", "React", "Put this component once near the root of your application."],
  ["wordpress", "WordPress", "Put this at the end of your theme's functions.php."],
];

const WHITE = "#ffffff"; // what the launcher writes on its colour unless told otherwise

/** The attributes of the script tag: what has to stand on the page before the frame is there. */
export function attributesOf({ key, look, accentText }) {
  return [
    ["data-key", key],
    look.position && look.position !== "end" && ["data-position", look.position],
    look.accent && ["data-accent", look.accent],
    look.accent && accentText !== WHITE && ["data-accent-text", accentText],
  ].filter(Boolean);
}

/** The lines for one kind of host. The server's address and the values hold no quotes. */
export function snippetOf(kind, server, site) {
  const attributes = attributesOf(site);
  const tag = `<script src="${server}/widget.js" ${attributes.map(([name, value]) => `${name}="${value}"`).join(" ")} async></script>`;
  if (kind === "html") return tag;
  if (kind === "wordpress") {
    return `add_action( 'wp_footer', function () {\n    echo '${tag}';\n} );`;
  }
  const set = attributes.map(([name, value]) => `    script.setAttribute("${name}", "${value}");`).join("\n");
  return [
    'import { useEffect } from "react";',
    "",
    "export function SupportChat() {",
    "  useEffect(() => {",
    `    if (document.querySelector('script[src="${server}/widget.js"]')) return;`,
    '    const script = document.createElement("script");',
    `    script.src = "${server}/widget.js";`,
    "    script.async = true;",
    set,
    "    document.body.append(script);",
    "  }, []);",
    "  return null;",
    "}",
  ].join("\n");
}

/** The card with the snippet, a choice of hosts and a button that copies. */
export class Snippet {
  #kind = "html";
  #given = null;

  constructor() {
    this.tabs = KINDS.map(([kind, name]) =>
      button({ class: "bare", "aria-pressed": String(kind === "html"), on: { click: () => this.#choose(kind) } }, name));
    this.words = element("p", { class: "meta" });
    this.code = element("code");
    this.copied = element("span", { class: "meta", role: "status" });
    this.policy = element("p", { class: "meta" });
    this.whole = element("section", { class: "card", "aria-label": "Snippet" },
      element("h2", {}, "Put it on your site"),
      element("div", { class: "row-of", role: "group", "aria-label": "Kind of site" }, this.tabs),
      this.words,
      element("pre", { tabindex: "0", role: "region", "aria-label": "Snippet's code" }, this.code),
      element("div", { class: "row-of" }, button({ on: { click: () => this.#copy() } }, "Copy"), this.copied),
      this.policy);
  }

  show(server, site) {
    this.#given = { server, site };
    this.#draw();
  }

  #choose(kind) {
    this.#kind = kind;
    this.#draw();
  }

  #draw() {
    const { server, site } = this.#given;
    for (const [at, [kind, , words]] of KINDS.entries()) {
      this.tabs[at].setAttribute("aria-pressed", String(kind === this.#kind));
      if (kind === this.#kind) say(this.words, words);
    }
    say(this.code, snippetOf(this.#kind, server, site));
    say(this.copied, "");
    replace(this.policy, "A page with a Content-Security-Policy must allow ", element("code", {}, server), " in script-src and frame-src. Corner and colour stand in the snippet so that the launcher is right at once: copy it again after changing them.");
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.code.textContent);
      say(this.copied, "Copied.");
    } catch {
      // No clipboard without a secure context or permission: mark the text instead.
      getSelection().selectAllChildren(this.code);
      say(this.copied, "Marked. Press Ctrl+C to copy.");
    }
  }
}
