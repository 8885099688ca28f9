/** The rules in force: who gets an answer and who a person, as the owner's files say it. */

import { element, replace } from "./elements.js";
import { http } from "./http.js";
import { nameWords, priorityWords, reasonWords } from "./labels.js";
import { Place } from "./place.js";
import { styles } from "./styles.js";

const SHEETS = await styles("common.css", "place.css");
const ACTIONS = { hand_over: "a person at once", offer: "a person is offered", none: "noted for the agent" };

class Rules extends Place {
  static title = "Rules";
  static words =
    "What decides between an answer, a question back, the offer of a person and a handoff. The owner changes them in the rules files; a wrong value is refused at the start.";

  constructor() {
    super(SHEETS);
  }

  async open() {
    const ruling = await this.ask(http.rules);
    if (ruling === null) {
      replace(this.box, element("p", { class: "meta" }, "This server does not tell its rules."));
      return;
    }
    replace(this.box, sections(ruling.rules ?? []).map(rulesTable), mattersTable(ruling.matters ?? []));
  }
}

/** Rules by what stands before the dot of their names, in their order. */
function sections(rules) {
  const found = new Map();
  for (const rule of rules) {
    const [section, name] = rule.name.includes(".") ? rule.name.split(/\.(.*)/s) : ["", rule.name];
    found.set(section, [...(found.get(section) ?? []), { ...rule, short: name }]);
  }
  return [...found];
}

function rulesTable([section, rules]) {
  return element("section", {},
    element("h2", {}, nameWords(section) || "All"),
    element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `Rules: ${nameWords(section)}` },
      element("table", {},
        element("thead", {}, element("tr", {}, ["Rule", "Value", "What it means"].map((words) => element("th", { scope: "col" }, words)))),
        element("tbody", {}, rules.map(({ short, value, meaning, changed }) =>
          element("tr", {},
            element("th", { scope: "row" }, nameWords(short)),
            element("td", { class: "value" }, shown(value), changed && element("span", { class: "chip accent" }, "yours")),
            element("td", {}, meaning)))))));
}

function mattersTable(matters) {
  if (matters.length === 0) return null;
  return element("section", {},
    element("h2", {}, "Matters for a person"),
    element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Matters for a person" },
      element("table", {},
        element("thead", {}, element("tr", {}, ["Matter", "What happens", "Priority", "What the customer reads first"].map((words) => element("th", { scope: "col" }, words)))),
        element("tbody", {}, matters.map(({ name, action, priority, say }) =>
          element("tr", {},
            element("th", { scope: "row" }, nameWords(reasonWords(name))),
            element("td", {}, ACTIONS[action] ?? action),
            element("td", {}, priorityWords(priority)),
            element("td", {}, say ?? "")))))));
}

function shown(value) {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") {
    const parts = Array.isArray(value) ? value.map(shown) : Object.entries(value).map(([name, one]) => `${name}: ${shown(one)}`);
    return parts.join(", ") || "—";
  }
  return String(value);
}

customElements.define("warmline-rules", Rules);
