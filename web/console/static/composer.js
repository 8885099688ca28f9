/** Where the agent writes: reply or note, saved replies on "/", suggestions with their sources. */

import { attribute, button, element, intend, replace, say } from "./elements.js";
import { isMine, isOffered, pending, standing } from "./frames.js";
import { draft, keepDraft } from "./preferences.js";
import { SavedReplies } from "./replies.js";
import { shadow, styles } from "./styles.js";
import "./suggestions.js";

const SHEETS = await styles("common.css", "composer.css");
/** A typing sign is sent at most this often while the agent writes. */
const TYPING_EVERY_MS = 3000;

class Composer extends HTMLElement {
  #kind = "message";
  #conversation = null;
  #typingAt = 0;
  #mine = false;

  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.tabs = ["message", "note"].map((kind) => this.#tab(kind));
    this.field = element("textarea", {
      id: "field",
      rows: "1",
      dir: "auto",
      on: {
        input: () => this.#typed(),
        keydown: (event) => this.#key(event),
        blur: () => this.#stopTyping(),
      },
    });
    this.replies = new SavedReplies(this.field, () => this.#typed());
    this.send = button({ class: "primary", icon: "send", on: { click: () => this.#send() } }, "Send");
    this.hint = element("p", { class: "meta hint" });
    this.blocked = element("div", { class: "blocked", hidden: true });
    this.suggestions = element("warmline-suggestions");
    this.suggestions.addEventListener("use", ({ detail }) => this.#use(detail.text));
    this.form = element(
      "div",
      { id: "write", class: "write", role: "tabpanel" },
      this.suggestions,
      element("div", { class: "box" }, this.replies.list, this.field),
      element("div", { class: "foot" }, this.hint, this.send),
    );
    replace(
      this.shadow,
      element("div", { class: "tabs", role: "tablist", "aria-label": "Write" }, this.tabs),
      this.blocked,
      this.form,
    );
  }

  #tab(kind) {
    const tab = element(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${kind}`,
        class: "bare tab",
        "aria-controls": "write",
        on: {
          click: () => this.write(kind),
          keydown: (event) => {
            if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
            this.#choose(this.#kind === "note" ? "message" : "note");
            this.shadow.getElementById(`tab-${this.#kind}`).focus();
          },
        },
      },
      kind === "note" ? "Note" : "Reply",
    );
    return tab;
  }

  /** Open a tab and put the cursor there; on a chat that is not mine only notes can be written. */
  write(kind) {
    this.#choose(kind);
    if (this.form.hidden) this.blocked.querySelector("button")?.focus();
    else this.field.focus();
  }

  #choose(kind) {
    if (kind !== this.#kind) this.#stopTyping();
    this.#kind = kind;
    this.#restore();
    intend(this, "redraw");
  }

  #restore() {
    this.field.value = draft(this.#conversation, this.#kind);
    this.replies.close();
    this.#grow();
  }

  update(state) {
    const id = state.selected;
    if (id !== this.#conversation) {
      this.#conversation = id;
      this.#kind = "message";
      this.#typingAt = 0;
      this.#restore();
    }
    this.#mine = isMine(state, id);
    const note = this.#kind === "note";
    for (const tab of this.tabs) {
      const chosen = tab.id === `tab-${this.#kind}`;
      attribute(tab, "aria-selected", String(chosen));
      attribute(tab, "tabindex", chosen ? "0" : "-1");
    }
    attribute(this, "data-kind", this.#kind);
    attribute(this.form, "aria-labelledby", `tab-${this.#kind}`);
    const open = note || this.#mine;
    const claimed = open && this.blocked.contains(this.shadow.activeElement);
    this.form.hidden = !open;
    this.blocked.hidden = open;
    if (claimed) this.field.focus(); // the claim button is gone: its focus goes on to the reply
    if (!open) this.#drawBlocked(state, id);
    attribute(this.field, "aria-label", note ? "Note for colleagues" : "Reply to the customer");
    attribute(
      this.field,
      "placeholder",
      note ? "Write a note. Only colleagues see it." : "Write a reply…",
    );
    say(this.send.lastChild, note ? "Add note" : "Send");
    say(this.hint, note ? "Enter adds the note" : "Enter sends · Shift+Enter new line · / saved replies");
    this.replies.know(state, id);
    this.replies.enabled = !note;
    this.suggestions.hidden = note || !this.#mine;
    this.suggestions.show(state.conversations[id]?.suggestions);
  }

  #drawBlocked(state, id) {
    const { stage, agent } = standing(state, id);
    const claiming = Boolean(pending(state, id, "claim") || pending(state, id, "accept"));
    const offered = isOffered(state, id);
    const about = [stage, agent?.name, claiming, offered].join();
    if (this.blocked.dataset.about === about) return;
    const focused = this.blocked.contains(this.shadow.activeElement);
    this.blocked.dataset.about = about;
    const words = {
      waiting: offered ? "This chat is offered to you." : "Nobody has this chat yet.",
      bot: "The bot is answering.",
      human: `${agent?.name ?? "A colleague"} has this chat. You can read along and leave notes.`,
      closed: "This chat is closed. It opens again when the customer writes.",
    };
    const claim = ["waiting", "bot"].includes(stage) && this.#claimButton(stage, offered, claiming);
    const decline = offered && button({ on: { click: () => intend(this, "decline") } }, "Decline");
    replace(this.blocked, element("p", {}, words[stage] ?? "Loading…"), decline, claim);
    if (focused && claim) claim.focus();
  }

  #claimButton(stage, offered, claiming) {
    const words = offered ? "Accept" : stage === "bot" ? "Take over" : "Claim";
    return button(
      {
        class: "primary claim",
        "aria-disabled": claiming ? "true" : null, // not `disabled`: the focus must have somewhere to stay
        "aria-keyshortcuts": "c",
        on: { click: () => intend(this, "claim") },
      },
      claiming ? "Claiming…" : words,
    );
  }

  #typed() {
    keepDraft(this.#conversation, this.#kind, this.field.value);
    this.#grow();
    this.replies.look();
    if (this.#kind !== "message" || !this.#mine) return;
    const now = Date.now();
    if (this.field.value === "") this.#stopTyping();
    else if (now - this.#typingAt > TYPING_EVERY_MS) {
      this.#typingAt = now;
      intend(this, "typing", { conversation: this.#conversation, on: true });
    }
  }

  #stopTyping() {
    if (this.#typingAt === 0) return;
    this.#typingAt = 0;
    intend(this, "typing", { conversation: this.#conversation, on: false });
  }

  /** As high as the text, at most a third of the screen (`max-height` in the sheet). */
  #grow() {
    this.field.rows = 1;
    const line = Number.parseFloat(getComputedStyle(this.field).lineHeight) || 20;
    const space = this.field.scrollHeight - this.field.clientHeight;
    this.field.rows = Math.min(12, 1 + Math.max(0, Math.round(space / line)));
  }

  #key(event) {
    if (event.isComposing || this.replies.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      intend(this, "to-list");
    }
  }

  #send() {
    const text = this.field.value.trim();
    if (text === "") {
      this.field.focus();
      return;
    }
    intend(this, "write", { conversation: this.#conversation, kind: this.#kind, text });
    keepDraft(this.#conversation, this.#kind, "");
    this.field.value = "";
    this.#grow();
    this.#stopTyping();
    this.field.focus();
  }

  /** Put a suggestion into the field, to be read and changed: nothing sends itself. */
  #use(text) {
    const before = this.field.value.trimEnd();
    this.field.value = before ? `${before}\n\n${text}` : text;
    this.field.focus();
    this.#typed();
  }
}

customElements.define("warmline-composer", Composer);
