// The question after a chat: one tap is enough, words are welcome.

import { Card } from "./cards.js";
import { drawing, h } from "./dom.js";
import { numberOf, t } from "./words.js";

const SCALES = { csat: [1, 2, 3, 4, 5], ces: [1, 2, 3, 4, 5], nps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
// Mouths from very sad to very glad, in a 20 × 20 face.
const MOUTHS = ["M6 15c2-3 6-3 8 0", "M6.5 14c2-1.5 5-1.5 7 0", "M6.5 13h7", "M6.5 12.5c2 1.5 5 1.5 7 0", "M6 12c1.5 4 6.5 4 8 0z"];
const FACE = "M10 2a8 8 0 100 16 8 8 0 000-16M7 8h.01M13 8h.01";

/** <wl-survey>: `show(chat)` while `chat.state.survey` stands; tells `wl-skip`. */
export class Survey extends Card {
  #shown = null;

  show(chat) {
    const { survey, kind } = chat.state.survey;
    if (survey === this.#shown) return;
    this.#shown = survey;
    const scale = SCALES[kind] ?? SCALES.csat;
    const name = SCALES[kind] ? kind : "csat";
    const comment = h("textarea", { rows: "2", "aria-label": t("comment"), placeholder: t("comment"), maxlength: "1000", dir: "auto" });
    const more = h("div", { class: "more", hidden: true }, comment);
    const send = h("button", { class: "primary", type: "submit", hidden: true }, t("send_rating"));
    const picked = () => (more.hidden = send.hidden = false);
    const option = (score, index) =>
      h("label", { class: "score", title: label(name, score) },
        h("input", { type: "radio", name: "score", value: score, "aria-label": label(name, score), onchange: picked }),
        h("span", { "aria-hidden": "true" }, name === "csat" ? drawing(`${FACE}${MOUTHS[index]}`) : numberOf(score)));
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
          name !== "csat" && h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, label(name, scale[0])), h("span", {}, label(name, scale.at(-1))))),
        more,
        h("div", { class: "buttons" }, send, h("button", { class: "choice", type: "button", onclick: () => this.#tell("wl-skip") }, t("skip")))));
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
