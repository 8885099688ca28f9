/** The form of a look: fields to a look and back. */

import { button, element, keyed, replace } from "./elements.js";
import { HoursFields } from "./hours.js";
import { labelled } from "./place.js";

const COLOUR = /^#[0-9a-f]{6}$/i;
const POSITIONS = [["end", "End of the line (mostly right)"], ["start", "Start of the line (mostly left)"], ["right", "Right"], ["left", "Left"]];
const ASKS = [["off", "Not asked"], ["optional", "Asked, may be left empty"], ["required", "Asked, must be given"]];
const EVERY = ""; // the words for all languages without their own

const choice = (id, options) => element("select", { id }, options.map(([value, words]) => element("option", { value }, words)));
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

export class LookFields {
  #language = EVERY;
  #words = {};

  /**
   * @param {{defaults, languages: string[], countries}} given what a look may be made of
   * @param {() => void} changed
   */
  constructor({ defaults, languages, countries }, changed) {
    this.defaults = defaults;
    this.changed = changed;
    const names = new Intl.DisplayNames(undefined, { type: "language" });
    this.name = element("input", { id: "look-name", maxlength: "60", placeholder: defaults.name, autocomplete: "off" });
    this.colour = element("input", { id: "look-colour", type: "color", on: { input: () => this.#picked() } });
    this.accent = element("input", { id: "look-accent", maxlength: "7", placeholder: defaults.accent, autocomplete: "off", spellcheck: "false", on: { input: () => this.#typed() } });
    this.position = choice("look-position", POSITIONS);
    this.language = element("select", { id: "look-language", on: { change: () => this.#turnTo(this.language.value) } },
      element("option", { value: EVERY }, "All languages"),
      languages.map((code) => element("option", { value: code }, names.of(code))));
    this.greeting = element("textarea", { id: "look-greeting", rows: "2", maxlength: "400", dir: "auto" });
    this.suggestions = element("textarea", { id: "look-suggestions", rows: "4", dir: "auto" });
    this.asked = element("ul", { class: "asked", role: "list" });
    this.noneAsked = element("p", { class: "meta" });
    this.languages = languages.map((code) => element("input", { type: "checkbox", value: code }));
    this.hoursText = element("input", { id: "look-hours", maxlength: "60", placeholder: defaults.hours_text || "today's hours", autocomplete: "off" });
    this.askName = choice("ask-name", ASKS);
    this.askEmail = choice("ask-email", ASKS);
    this.hours = new HoursFields(countries, changed);
    this.whole = element("div", { class: "box" }, this.#parts(names));
    for (const event of ["input", "change"]) this.whole.addEventListener(event, changed);
  }

  #parts(names) {
    return [
      element("fieldset", {}, element("legend", {}, "Name, colour and corner"),
        element("div", { class: "grid" },
          labelled("Name", this.name, "In the header of the chat."),
          element("div", { class: "field" }, element("label", { for: "look-accent" }, "Colour"),
            element("div", { class: "row-of" }, this.colour, this.accent),
            element("p", { class: "meta" }, "Text on it and in it is kept readable.")),
          labelled("Corner", this.position)),
        element("label", { for: "look-colour", class: "unseen" }, "Choose the colour")),
      element("fieldset", {}, element("legend", {}, "First words"),
        labelled("For", this.language, "A language of its own overrides what stands under All languages."),
        labelled("Greeting", this.greeting),
        labelled("Suggested questions", this.suggestions, "One a line, at most six."),
        element("section", { class: "part", "aria-label": "What customers really ask" },
          element("h2", {}, "What customers really ask"), this.noneAsked, this.asked)),
      element("fieldset", {}, element("legend", {}, "Languages"),
        element("p", { class: "meta" }, "None checked: the customer's own, of all that the chat speaks."),
        element("div", { class: "checks" }, this.languages.map((box) => element("label", {}, box, names.of(box.value))))),
      element("fieldset", {}, element("legend", {}, "Before the first message"),
        element("div", { class: "grid" }, labelled("Name", this.askName), labelled("E-mail address", this.askEmail))),
      this.hours.whole,
      element("fieldset", {}, element("legend", {}, "Words for the hours"),
        labelled("After “people” in the header", this.hoursText, "Empty: today's hours by the site's clock.")),
    ];
  }

  /** The colour in force: the one written, where it can be read, else the server's. */
  get colourInForce() {
    const written = this.accent.value.trim();
    return COLOUR.test(written) ? written : this.defaults.accent;
  }

  #picked() {
    this.accent.value = this.colour.value;
  }

  #typed() {
    const written = this.accent.value.trim();
    this.accent.setAttribute("aria-invalid", String(written !== "" && !COLOUR.test(written)));
    this.colour.value = this.colourInForce;
  }

  #keepWords() {
    this.#words[this.#language] = { greeting: this.greeting.value, suggestions: lines(this.suggestions.value) };
  }

  #turnTo(language) {
    this.#keepWords();
    this.#language = language;
    this.#showWords();
  }

  #showWords() {
    const { greeting = "", suggestions = [] } = this.#words[this.#language] ?? {};
    const [common, every] = [this.#words[EVERY], this.#language === EVERY];
    this.greeting.value = greeting;
    this.suggestions.value = suggestions.join("\n");
    this.greeting.placeholder = (every ? "" : common?.greeting) || this.defaults.greeting || "The chat's own greeting, in the customer's language";
    const shown = every || !common?.suggestions?.length ? this.defaults.suggestions : common.suggestions;
    this.suggestions.placeholder = shown.join("\n");
  }

  show(look) {
    this.name.value = look.name;
    this.accent.value = look.accent;
    this.position.value = look.position;
    this.#language = EVERY;
    this.language.value = EVERY;
    this.#words = { ...look.words, [EVERY]: { greeting: look.greeting, suggestions: look.suggestions } };
    this.#showWords();
    for (const box of this.languages) box.checked = look.languages.includes(box.value);
    this.askName.value = look.prechat.name;
    this.askEmail.value = look.prechat.email;
    this.hours.show(look.hours);
    this.hoursText.value = look.hours_text;
    this.#typed();
  }

  /** Questions to choose from, with how often each was asked. */
  showAsked(questions) {
    this.noneAsked.textContent = questions.length
      ? "Most asked first, of the latest 1000 messages. Press one to suggest it."
      : "Questions appear here once customers have asked and the bot has answered them.";
    keyed(this.asked, questions, ({ question }) => question, ({ question, count }) =>
      element("li", {}, button({ on: { click: () => this.#suggest(question) } },
        element("span", { dir: "auto" }, question), element("span", { class: "meta" }, ` asked ${count === 1 ? "once" : `${count} times`}`))));
  }

  #suggest(question) {
    const standing = lines(this.suggestions.value);
    if (!standing.includes(question)) this.suggestions.value = [...standing, question].join("\n");
    this.changed();
  }

  /** The look as it stands in the form; undefined while something in it cannot be read. */
  read() {
    this.#keepWords();
    const hours = this.hours.read();
    if (hours === undefined || this.accent.getAttribute("aria-invalid") === "true") return undefined;
    const { [EVERY]: common, ...words } = this.#words;
    return {
      name: this.name.value.trim(),
      accent: this.accent.value.trim().toLowerCase(),
      greeting: common.greeting,
      suggestions: common.suggestions,
      position: this.position.value,
      languages: this.languages.filter(({ checked }) => checked).map(({ value }) => value),
      words,
      prechat: { name: this.askName.value, email: this.askEmail.value },
      hours,
      hours_text: this.hoursText.value.trim(),
    };
  }
}
