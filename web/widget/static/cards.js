// What waiting, rating and quotes share: their sheet, there before they are shown.

import { Component, drawing } from "./dom.js";
import { dressed } from "./words.js";

const sheet = await dressed("cards.css");

/** The sign of the way back. */
export const backSign = () => drawing("M12 4l-6 6 6 6");

/** A component that comes only when needed. */
export class Card extends Component {
  constructor() {
    super([sheet]);
  }
}
