/** The middle pane: who this is and where it stands, the packet, the transcript, the composer. */

import { duration } from "./clock.js";
import { attribute, button, element, icon, intend, replace, say } from "./elements.js";
import { isMine, standing } from "./frames.js";
import { resolutionWords } from "./labels.js";
import { shadow, styles } from "./styles.js";
import { urgency, waitingSince } from "./views.js";
import { customerName } from "./words.js";
import "./composer.js";
import "./packet.js";
import "./transcript.js";

const SHEETS = await styles("common.css", "conversation.css");
/** A colleague's typing sign without a word for this long has ended unseen. */
const TYPING_MS = 8000;

class Conversation extends HTMLElement {
  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.name = element("h2", { class: "clip", dir: "auto" });
    this.where = element("p", { class: "meta clip" });
    this.collision = element("p", { class: "collision", role: "status" });
    this.packet = element("warmline-packet", { hidden: true });
    this.transcript = element("warmline-transcript");
    this.composer = element("warmline-composer");
    this.nothing = this.#nothing();
    this.whole = element(
      "section",
      { class: "whole", "aria-label": "Chat" },
      this.#header(),
      this.collision,
      this.packet,
      this.transcript,
      this.composer,
    );
    replace(this.shadow, this.nothing, this.whole);
  }

  #header() {
    return element(
      "header",
      {},
      button({ class: "bare icon-only back", icon: "back", label: "Back to the list", on: { click: () => intend(this, "to-list") } }),
      element("div", { class: "names" }, this.name, this.where),
      button({ class: "bare icon-only details", icon: "person", label: "Customer and actions", on: { click: () => intend(this, "to-details") } }),
    );
  }

  #nothing() {
    return element(
      "div",
      { class: "empty" },
      icon("inbox"),
      element("h3", {}, "No chat selected"),
      element("p", {}, "Choose one from the list, or move with ", element("kbd", {}, "j"), " and ", element("kbd", {}, "k"), "."),
      element("p", {}, "Press ", element("kbd", {}, "?"), " to see every key."),
    );
  }

  update(state, now) {
    const id = state.selected;
    this.nothing.hidden = id !== null;
    this.whole.hidden = id === null;
    if (id === null) return;
    const row = state.rows[id];
    const conversation = state.conversations[id];
    say(this.name, customerName({ ...row, ...conversation?.about?.customer }));
    this.#drawWhere(state, id, row, now);
    this.#drawCollision(state, id, conversation, now);
    this.packet.show(id, conversation, answeredByPerson(conversation));
    this.transcript.update(state, now);
    this.composer.update(state);
  }

  #drawWhere(state, id, row, now) {
    const { stage, agent } = standing(state, id);
    const since = row ? waitingSince(row) : null;
    const waited = since === null ? "" : ` · waiting ${duration(now - since)}`;
    const words = {
      bot: "The bot is answering",
      waiting: "In the queue",
      human: isMine(state, id) ? "With you" : `With ${agent?.name ?? "a colleague"}`,
      closed: row?.resolution ? `Closed: ${resolutionWords(row.resolution)}` : "Closed",
    };
    say(this.where, stage ? `${words[stage]}${waited}` : "Loading…");
    const level = since === null ? "calm" : urgency(now - since, state.me?.service);
    attribute(this.where, "class", `meta clip ${level}`);
  }

  #drawCollision(state, id, conversation, now) {
    const looking = (state.viewing[id] ?? []).filter((agent) => agent.id !== state.me?.id);
    const typing = Object.values(conversation?.typing ?? {})
      .filter(({ from, since }) => from.role === "agent" && now - since < TYPING_MS)
      .map(({ from }) => from);
    const quiet = looking.filter((agent) => typing.every((other) => other.id !== agent.id));
    const parts = [typing.length && `${listed(typing)} typing…`, quiet.length && `${listed(quiet)} looking at this chat`];
    say(this.collision, parts.filter(Boolean).join(" · "));
  }

  /** Open the composer's reply or note tab. */
  write(kind) {
    this.composer.write(kind);
  }

  showEpisode(episode) {
    this.transcript.showEpisode(episode);
  }
}

function listed(agents) {
  const names = agents.map(({ name }) => name ?? "A colleague");
  const last = names.pop();
  return names.length ? `${names.join(", ")} and ${last} are` : `${last} is`;
}

/** Whether a person has written in this episode since the last handoff: the card was read. */
function answeredByPerson(conversation) {
  const events = conversation?.events ?? [];
  const last = events.findLastIndex((event) => event.kind === "handoff" && event.state === "requested");
  return events
    .slice(last + 1)
    .some((event) => event.kind === "message" && event.from.role === "agent");
}

customElements.define("warmline-conversation", Conversation);
