/** Above the panes: the lost connection, and sentences the agent should read. */

import { button, element, intend, keyed, replace, say } from "./elements.js";
import { isWritten } from "./frames.js";
import { shadow, styles } from "./styles.js";

const SHEETS = await styles("common.css", "notices.css");
/** How long a plain sentence stays; warnings stay until they are put away. */
const PLAIN_MS = 6000;

class Notices extends HTMLElement {
  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.link = element("p", { class: "link", role: "status" });
    this.list = element("ul", { role: "list", "aria-live": "polite", "aria-label": "Messages" });
    replace(this.shadow, this.link, this.list);
  }

  update(state) {
    say(this.link, linkWords(state));
    keyed(this.list, state.notices, ({ id }) => id, (notice) => this.#notice(notice));
  }

  #notice({ id, tone, text }) {
    const leave = () => intend(this, "noticed", { id });
    if (tone === "plain") setTimeout(leave, PLAIN_MS);
    return element(
      "li",
      { class: tone },
      element("span", {}, text),
      button({ class: "bare icon-only", icon: "close", label: "Put away", on: { click: leave } }),
    );
  }
}

function linkWords({ link, outbox }) {
  return link === "lost" ? `Connection lost. Reconnecting…${keptWords(outbox)}` : "";
}

/** What was written is counted; a claim or a label also waits, and is no message. */
function keptWords(outbox) {
  const unsent = outbox.filter(({ progress }) => progress === "sending");
  const written = unsent.filter(({ frame }) => isWritten(frame)).length;
  if (written) return ` ${written === 1 ? "1 message is" : `${written} messages are`} kept and sent then.`;
  return unsent.length ? " What you did is kept and sent then." : "";
}

customElements.define("warmline-notices", Notices);
