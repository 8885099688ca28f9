/** The team's saved replies: everyone reads them, supervisors write them. */

import { button, element, keyed, replace, say } from "./elements.js";
import { http } from "./http.js";
import { labelled, Place } from "./place.js";
import { leads } from "./places.js";
import { styles } from "./styles.js";

const SHEETS = await styles("common.css", "place.css");

class SavedReplies extends Place {
  static title = "Saved replies";
  static words =
    "Texts for what is written often. In a reply, type / to choose one. {customer} and {agent} become names.";

  constructor() {
    super(SHEETS);
    this.list = element("ul", { class: "cards", role: "list" });
    this.nothing = element("p", { class: "meta", hidden: true }, "No saved replies yet. The first one will appear here.");
    this.name = element("input", { id: "name", maxlength: "80", required: true, autocomplete: "off" });
    this.text = element("textarea", { id: "text", rows: "5", maxlength: "8000", required: true, dir: "auto" });
    this.form = element("form", { class: "card", hidden: true, on: { submit: (event) => this.#save(event) } },
      this.formTitle = element("h2", {}, "New saved reply"),
      labelled("Short name", this.name, "What agents type after the slash, such as refund-late."),
      labelled("Text", this.text),
      element("div", { class: "row-of" },
        button({ class: "primary", type: "submit" }, "Save"),
        this.cancel = button({ class: "bare", hidden: true, on: { click: () => this.#edit(null) } }, "Cancel")));
    replace(this.box, this.list, this.nothing, this.form);
  }

  update(state) {
    this.form.hidden = !leads(state.me);
    if (this.may !== leads(state.me)) {
      this.may = leads(state.me);
      this.#draw();
    }
  }

  async open() {
    const answer = await this.ask(http.savedReplies);
    this.all = answer?.replies ?? [];
    this.#draw();
  }

  #draw() {
    const all = this.all ?? [];
    this.nothing.hidden = all.length > 0 || this.all === undefined;
    keyed(this.list, all, ({ name, text }) => `${this.may} ${name} ${text}`, (reply) =>
      element("li", { class: "card" },
        element("h2", {}, `/${reply.name}`),
        element("p", { class: "text", dir: "auto" }, reply.text),
        this.may && element("div", { class: "row-of" },
          button({ "aria-label": `Change ${reply.name}`, on: { click: () => this.#edit(reply) } }, "Change"),
          button({ class: "bare", "aria-label": `Delete ${reply.name}`, on: { click: () => this.#remove(reply) } }, "Delete"))));
  }

  #edit(reply) {
    this.changing = reply;
    this.removed = null;
    say(this.formTitle, reply ? `Change /${reply.name}` : "New saved reply");
    this.name.value = reply?.name ?? "";
    this.name.readOnly = reply !== null;
    this.text.value = reply?.text ?? "";
    this.cancel.hidden = reply === null;
    (reply ? this.text : this.name).focus();
  }

  async #save(event) {
    event.preventDefault();
    const [name, text] = [this.name.value.trim(), this.text.value.trim()];
    const { changing } = this;
    const kept = await this.ask(() => (changing ? http.changeReply(name, text) : http.addReply(name, text)));
    if (kept === null) return;
    this.tell(`Saved /${kept.name}.`);
    const unchanged = this.changing === changing && this.name.value.trim() === name && this.text.value.trim() === text;
    if (unchanged) this.#edit(null); // else the next one is being written already
    await this.open();
  }

  async #remove({ name, text }) {
    if ((await this.ask(async () => (await http.removeReply(name), true))) === null) return;
    const before = this.removed; // what is in the form since the last one was deleted may go
    const free = !this.changing && [this.name.value, this.text.value].join() === [before?.name ?? "", before?.text ?? ""].join();
    if (free) [this.name.value, this.text.value, this.removed] = [name, text, { name, text }];
    this.tell(free ? `Deleted /${name}. It stands in the form: Save brings it back.` : `Deleted /${name}.`);
    await this.open();
    if (!this.shadow.activeElement) this.heading.focus(); // it went with the button
  }
}

customElements.define("warmline-saved-replies", SavedReplies);
