// The question after a chat: one tap is enough, words are welcome.

import { Component, h } from "./dom.js";
import { numberOf, t } from "./words.js";

const SCALES = { csat: [1, 2, 3, 4, 5], ces: [1, 2, 3, 4, 5], nps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
const FACES = { csat: ["😞", "🙁", "😐", "🙂", "😀"] };

/** <wl-survey>: `show(chat)` while `chat.state.survey` stands; tells `wl-skip`. */
export class Survey extends Component {
  #shown = null;

  show(chat) {
    const { survey, kind } = chat.state.survey;
    if (survey === this.#shown) return;
    this.#shown = survey;
    const scale = SCALES[kind] ?? SCALES.csat;
    const name = SCALES[kind] ? kind : "csat";
    const comment = h("textarea", { rows: "2", "aria-label": t("comment"), placeholder: t("comment"), maxlength: "1000", dir: "auto" });
    const more = h("div", { class: "more", hidden: true }, comment,
      h("div", { class: "buttons" }, h("button", { class: "primary", type: "submit" }, t("send_rating"))));
    const option = (score, index) =>
      h("label", { class: "score", title: label(name, score) },
        h("input", { type: "radio", name: "score", value: score, "aria-label": label(name, score), onchange: () => (more.hidden = false) }),
        h("span", { "aria-hidden": "true" }, FACES[name]?.[index] ?? numberOf(score)));
    const submit = (event) => {
      event.preventDefault();
      const score = new FormData(event.target).get("score");
      if (score === null) return;
      chat.act({ type: "rate", survey, score: Number(score), comment: comment.value.trim() || undefined });
      this.#tell("wl-skip");
    };
    this.root.replaceChildren(
      h("form", { class: "card", onsubmit: submit },
        h("fieldset", {},
          h("legend", { class: "strong" }, t(`survey_${name}`)),
          h("div", { class: `scale ${name}` }, scale.map(option)),
          !FACES[name] && h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, label(name, scale[0])), h("span", {}, label(name, scale.at(-1))))),
        more,
        h("button", { class: "link skip", type: "button", onclick: () => this.#tell("wl-skip") }, t("skip"))));
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail: { survey: this.#shown } }));
  }
}

const label = (kind, score) => {
  const word = t(`${kind}_${score}`);
  return word === `${kind}_${score}` ? numberOf(score) : `${numberOf(score)}: ${word}`;
};

customElements.define("wl-survey", Survey);
