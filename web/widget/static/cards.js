// What waiting, rating and quotes share: their sheet, there before they are shown.

import { Component, fill } from "./dom.js";

const sheet = await fill(new CSSStyleSheet(), "cards.css");

/** A component that comes only when needed. */
export class Card extends Component {
  constructor() {
    super([sheet]);
  }
}
