/** How a site's chat looks: the form, a live picture beside it, where it may stand, the snippet. */

import { button, element, icon, replace } from "./elements.js";
import { http } from "./http.js";
import { LookFields } from "./lookfields.js";
import { labelled, Place } from "./place.js";
import { Snippet } from "./snippet.js";
import { styles } from "./styles.js";
import { applyAccent } from "../widget/accent.js";

const SHEETS = await styles("common.css", "place.css", "look.css");
/** After the last change of the form, the picture is drawn again. */
const PICTURE_AFTER_MS = 400;

class Look extends Place {
  static title = "Look";
  static words = "How the chat looks on each of your sites, and the line that puts it there.";
  #timer = null;
  #saved = "";

  constructor() {
    super(SHEETS);
    this.choice = element("select", { id: "site", on: { change: () => this.#turnTo(this.choice.value) } });
    this.launcher = element("div", { class: "launcher", "aria-hidden": "true" }, icon("chat"));
    this.frame = element("iframe", { title: "Live picture of the chat", tabindex: "-1", inert: true });
    this.page = element("div", { class: "page" }, this.frame, this.launcher);
    this.picture = element("figure", { class: "picture" }, this.page, element("figcaption", { class: "meta" }, "A live picture. Nothing in it is sent or stored."));
    this.save = button({ class: "primary", on: { click: () => this.#save() } }, "Save the look");
    this.unsaved = element("span", { class: "meta", role: "status" });
    this.origins = element("textarea", { id: "origins", rows: "3", spellcheck: "false", placeholder: "https://shop.example" });
    this.snippet = new Snippet();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  async open(wanted) {
    const known = await this.ask(http.sites);
    if (known === null) return;
    this.known = known;
    replace(this.choice, known.sites.map(({ id, name }) => element("option", { value: id }, name)));
    this.fields = new LookFields(known, () => this.#changed());
    replace(this.box, known.sites.length ? this.#whole() : null, this.#newSite());
    if (known.sites.length) this.#turnTo(wanted ?? known.sites[0].id);
  }

  #whole() {
    return element("div", { class: "look" },
      element("div", { class: "box form" },
        this.known.sites.length > 1 ? labelled("Site", this.choice) : element("label", { for: "site", class: "unseen" }, "Site"),
        this.fields.whole,
        element("div", { class: "row-of save" }, this.save, this.unsaved)),
      element("div", { class: "box beside" }, this.picture),
      element("div", { class: "box after" }, this.snippet.whole, this.#allowed()));
  }

  #allowed() {
    return element("section", { class: "card", "aria-label": "Where it may stand" },
      labelled("Where it may stand", this.origins, "Origins, one a line: https://shop.example. Other pages cannot show this site's chat."),
      element("div", { class: "row-of" }, button({ on: { click: () => this.#saveOrigins() } }, "Save origins")));
  }

  #newSite() {
    const name = element("input", { id: "new-site", maxlength: "200", required: true, autocomplete: "off" });
    const origin = element("input", { id: "new-origin", type: "url", required: true, placeholder: "https://shop.example", autocomplete: "off" });
    const add = async (event) => {
      event.preventDefault();
      const site = await this.ask(() => http.addSite(name.value.trim(), [origin.value.trim()]));
      if (site === null) return;
      this.tell(`Added ${site.name}.`);
      await this.open(site.id);
    };
    return element("details", { class: "card", open: this.known.sites.length === 0 },
      element("summary", {}, "Add a site"),
      element("form", { class: "grid", on: { submit: add } },
        labelled("Name", name, "What you call it."), labelled("Origin", origin, "Where its pages live."),
        element("div", { class: "row-of" }, button({ class: "primary", type: "submit" }, "Add"))));
  }

  async #turnTo(id) {
    this.site = this.known.sites.find((site) => site.id === id);
    this.choice.value = id;
    this.fields.show(this.site.look);
    this.#saved = JSON.stringify(this.fields.read());
    this.origins.value = this.site.origins.join("\n");
    this.#draw();
    this.fields.showAsked([]);
    const asked = await this.ask(() => http.asked(id));
    if (asked && this.site.id === id) this.fields.showAsked(asked.questions);
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), PICTURE_AFTER_MS);
    this.unsaved.textContent = JSON.stringify(this.fields.read()) === this.#saved ? "" : "Not saved yet.";
  }

  #draw() {
    const look = this.fields.read();
    if (look === undefined) return;
    const accent = this.fields.colourInForce;
    applyAccent(this.page, accent);
    const left = look.position === "left" || look.position === "start";
    this.page.dataset.side = left ? "left" : "right";
    const accentText = getComputedStyle(this.page).getPropertyValue("--accent-text").trim();
    this.snippet.show(this.known.server, { key: this.site.key, look, accentText });
    const given = { look: JSON.stringify(look), lang: this.fields.language.value };
    const theme = document.documentElement.dataset.theme ?? "";
    const address = `/agent/picture?${new URLSearchParams(given)}#${new URLSearchParams({ theme })}`;
    if (this.address === address) return;
    this.address = address;
    const fresh = this.frame.cloneNode();
    fresh.inert = true;
    fresh.src = address;
    this.frame.replaceWith(fresh); // a new frame adds nothing to the browser's history
    this.frame = fresh;
  }

  async #save() {
    const look = this.fields.read();
    if (look === undefined) {
      this.fields.whole.querySelector("[aria-invalid=true]")?.focus();
      return;
    }
    const site = await this.ask(() => http.changeLook(this.site.id, look));
    if (site === null) return;
    this.#keep(site);
    this.fields.show(site.look);
    this.#saved = JSON.stringify(this.fields.read());
    this.unsaved.textContent = "";
    this.#draw();
    this.tell("Saved. The next customer sees it.");
  }

  async #saveOrigins() {
    const origins = this.origins.value.split(/\s+/).filter(Boolean);
    const site = await this.ask(() => http.changeOrigins(this.site.id, origins));
    if (site === null) return;
    this.#keep(site);
    this.origins.value = site.origins.join("\n");
    this.tell("Saved where the chat may stand.");
  }

  #keep(site) {
    this.site = site;
    this.known.sites = this.known.sites.map((one) => (one.id === site.id ? site : one));
  }
}

customElements.define("warmline-look", Look);
