/** The left pane: search, the views with their counts, and the rows of the chosen one. */

import { duration, spokenDuration } from "./clock.js";
import { attribute, button, element, icon, intend, keyed, replace, say } from "./elements.js";
import { drawRow, makeRow } from "./rows.js";
import { shadow, styles } from "./styles.js";
import { VIEWS, rowsOf, rowsWith, tally, urgency } from "./views.js";

const SHEETS = await styles("common.css", "queue.css", "rows.css");

class Queue extends HTMLElement {
  words = "";

  constructor() {
    super();
    this.shadow = shadow(this, SHEETS);
    this.views = element("nav", { class: "views", "aria-label": "Views" }, this.#viewButtons());
    this.search = element("input", {
      type: "search",
      placeholder: "Search chats",
      "aria-label": "Search chats",
      on: { input: () => this.#searched(), keydown: (event) => this.#searchKey(event) },
    });
    this.heading = element("h2", { class: "unseen" });
    this.list = element("ul", { class: "rows", role: "list" });
    this.nothing = element("div", { class: "empty", hidden: true });
    replace(
      this.shadow,
      element("div", { class: "search" }, icon("search"), this.search),
      this.views,
      element(
        "section",
        { class: "list", tabindex: "-1", "aria-label": "Chats" },
        this.heading,
        this.list,
        this.nothing,
      ),
    );
    this.section = this.shadow.querySelector(".list");
  }

  #viewButtons() {
    return VIEWS.map(({ id, name }) =>
      button(
        { class: "view bare", "data-view": id, on: { click: () => intend(this, "view", { view: id }) } },
        element("span", { class: "name" }, name),
        element("span", { class: "oldest" }),
        element("span", { class: "count" }),
      ),
    );
  }

  #searched() {
    this.words = this.search.value.trim();
    intend(this, "search", { words: this.words });
  }

  #searchKey(event) {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      this.list.querySelector("button")?.focus();
    } else if (event.key === "Escape" && this.words) {
      event.stopPropagation();
      this.leaveSearch();
    }
  }

  /** Empty the search field: the chosen view comes back. */
  leaveSearch() {
    if (!this.words) return;
    this.search.value = "";
    this.#searched();
  }

  /** The rows as shown, for moving by keyboard. */
  rows(state) {
    return this.words ? rowsWith(state, this.words) : rowsOf(state, state.view);
  }

  focusSearch() {
    this.search.focus();
    this.search.select();
  }

  /** Put the keyboard where the selected row is; on the list itself while it has no rows. */
  focusSelected() {
    const chosen = this.list.querySelector("[aria-current=true]") ?? this.list.querySelector("button");
    (chosen ?? this.section).focus();
    chosen?.scrollIntoView({ block: "nearest" });
  }

  update(state, now) {
    this.#drawViews(state, now);
    const rows = this.rows(state);
    const view = VIEWS.find(({ id }) => id === state.view);
    say(this.heading, this.words ? `Found: ${rows.length}` : `${view.name}: ${rows.length}`);
    attribute(this.views, "data-searching", this.words ? true : null);
    const passages = this.words && state.found?.words === this.words ? state.found.conversations : {};
    keyed(this.list, rows, (row) => row.conversation, makeRow, (row, item) =>
      drawRow(item, row, { state, now, passage: passages[row.conversation] }),
    );
    this.#drawNothing(rows.length, view);
  }

  #drawViews(state, now) {
    const counts = tally(state);
    for (const tab of this.views.children) {
      const { count, oldest } = counts[tab.dataset.view];
      attribute(tab, "aria-current", state.view === tab.dataset.view && !this.words ? "true" : null);
      say(tab.querySelector(".count"), count);
      const age = tab.querySelector(".oldest");
      const waited = oldest === null ? null : now - oldest;
      attribute(age, "class", waited === null ? "oldest" : `oldest ${urgency(waited, state.me?.service)}`);
      say(age, waited === null ? "" : duration(waited));
      const name = tab.querySelector(".name").textContent;
      const spoken = waited === null ? "" : `, oldest wait ${spokenDuration(waited)}`;
      attribute(tab, "aria-label", `${name}: ${count}${spoken}`);
    }
  }

  #drawNothing(count, view) {
    const about = count > 0 ? "" : this.words ? `search ${this.words}` : view.id;
    this.nothing.hidden = count > 0;
    if (this.nothing.dataset.about === about) return;
    this.nothing.dataset.about = about;
    if (count > 0) return;
    const [title, text] = this.words
      ? [`No chat matches “${this.words}”`, "Everything that was said or noted is searched, and names, addresses and tags."]
      : [view.emptyTitle, view.emptyText];
    replace(this.nothing, icon(this.words ? "search" : "inbox"), element("h3", {}, title), element("p", {}, text));
  }
}

customElements.define("warmline-queue", Queue);
