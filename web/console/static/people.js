/** The people who work here: add somebody, change what they do, make a new password, shut out. */

import { attribute, button, element, keyed, replace, say } from "./elements.js";
import { http } from "./http.js";
import { nameWords } from "./labels.js";
import { labelled, Place } from "./place.js";
import { styles } from "./styles.js";

const SHEETS = await styles("common.css", "place.css");
const ROLES = {
  agent: "answers customers",
  editor: "also looks after the articles",
  supervisor: "also leads the team",
  admin: "may do everything",
};
const PRESENCE = { online: "Online", away: "Away", offline: "Offline" };

class People extends Place {
  static title = "People";
  static words = "Who works here, what each may do, and how many chats each takes at a time.";

  constructor() {
    super(SHEETS);
    this.list = element("ul", { class: "cards people", role: "list" });
    this.password = element("div", { class: "card password", role: "status", hidden: true });
    replace(this.box, this.password, this.list, this.#newcomer());
  }

  update(state) {
    this.me = state.me;
  }

  async open() {
    const answer = await this.ask(http.people);
    this.usual = answer?.usual_capacity ?? "";
    this.all = answer?.people ?? [];
    this.#draw();
  }

  #draw() {
    keyed(this.list, this.all, (person) => JSON.stringify(person), (person) => this.#person(person));
  }

  #person(person) {
    const id = `p-${person.id}`;
    const mayTouch = person.role !== "admin" || this.me?.role === "admin";
    const itself = person.id === this.me?.id;
    const fields = this.#duties(id, person, itself);
    const save = () => this.#change(person, fields());
    return element("li", { class: "card", "data-disabled": person.disabled },
      element("div", { class: "person" },
        element("span", { class: `dot ${person.disabled ? "offline" : person.presence}` }),
        element("div", {},
          element("h2", { dir: "auto" }, person.name, itself && " (you)"),
          element("p", { class: "meta", dir: "auto" }, person.email)),
        element("p", { class: "meta state" }, standing(person, this.usual))),
      mayTouch && element("details", {},
        element("summary", {}, "Change", element("span", { class: "unseen" }, ` ${person.name}`)),
        element("form", { class: "grid", on: { submit: (event) => { event.preventDefault(); save(); } } },
          fields.controls,
          element("div", { class: "row-of" },
            button({ class: "primary", type: "submit" }, "Save"),
            button({ on: { click: () => this.#newPassword(person) } }, "New password"),
            !itself && button({ class: "bare", on: { click: () => this.#change(person, { disabled: !person.disabled }) } },
              person.disabled ? "Let in again" : "Shut out")))));
  }

  /** The fields of what a person does, as a function that reads them. */
  #duties(id, person, itself = false) {
    const name = element("input", { id: `${id}-name`, maxlength: "200", required: true, autocomplete: "off" });
    name.value = person.name ?? "";
    const role = element("select", { id: `${id}-role`, disabled: itself }, Object.keys(ROLES)
      .filter((one) => one !== "admin" || this.me?.role === "admin" || person.role === "admin")
      .map((one) => element("option", { value: one, selected: one === person.role }, `${nameWords(one)}: ${ROLES[one]}`)));
    const skills = element("input", { id: `${id}-skills`, autocomplete: "off" });
    skills.value = (person.skills ?? []).join(", ");
    const capacity = element("input", { id: `${id}-capacity`, type: "number", min: "1", max: "50", placeholder: this.usual });
    capacity.value = person.capacity ?? "";
    const read = () => ({
      name: name.value.trim(),
      ...(itself ? {} : { role: role.value }),
      skills: skills.value.split(",").map((one) => one.trim()).filter(Boolean),
      ...(capacity.value ? { capacity: Number(capacity.value) } : {}),
    });
    read.controls = [
      labelled("Name", name, "Customers see it."),
      labelled("Role", role),
      labelled("Skills", skills, "Separated by commas, such as billing, repairs."),
      labelled("Chats at a time", capacity, `Empty: the usual ${this.usual}.`),
    ];
    read.role = role;
    return read;
  }

  #newcomer() {
    const email = element("input", { id: "new-email", type: "email", required: true, maxlength: "320", autocomplete: "off" });
    const details = element("details", { class: "card" });
    const draw = () => {
      const fields = this.#duties("new", { role: "agent" });
      email.value = "";
      const add = async (event) => {
        event.preventDefault();
        const welcomed = await this.ask(() => http.addPerson({ email: email.value.trim(), ...fields() }));
        if (!welcomed) return;
        this.#showPassword(welcomed);
        details.open = false;
        await this.open();
      };
      replace(details, element("summary", {}, "Add a person"),
        element("form", { class: "grid", on: { submit: add } },
          labelled("E-mail", email), fields.controls,
          element("div", { class: "row-of" }, button({ class: "primary", type: "submit" }, "Add"))));
    };
    details.addEventListener("toggle", () => details.open && draw());
    replace(details, element("summary", {}, "Add a person"));
    return details;
  }

  async #change(person, duties) {
    const changed = await this.ask(() => http.changePerson(person.id, duties));
    if (!changed) return;
    this.tell(`Saved ${changed.name}.`);
    await this.open();
  }

  async #newPassword(person) {
    const welcomed = await this.ask(() => http.newPassword(person.id));
    if (welcomed) this.#showPassword(welcomed);
  }

  #showPassword({ person, password }) {
    attribute(this.password, "hidden", null);
    const code = element("code", {}, password);
    replace(this.password,
      element("p", {}, `One-time password for ${person.name} (${person.email}). It is shown only now; tell it in person.`),
      element("p", { class: "secret" }, code),
      button({ on: { click: () => { attribute(this.password, "hidden", true); say(code, ""); } } }, "Done"));
    this.password.scrollIntoView({ block: "nearest" });
  }
}

function standing({ role, presence, load, capacity, skills, disabled, must_change_password: fresh }, usual) {
  const parts = [
    nameWords(role),
    disabled ? "shut out" : `${PRESENCE[presence]} · ${load} of ${capacity ?? usual} chats`,
    skills.length > 0 && skills.join(", "),
    fresh && !disabled && "has not logged in yet",
  ];
  return parts.filter(Boolean).join(" · ");
}

customElements.define("warmline-people", People);
