/** Holds the state and tells who listens, at most once a frame of the screen. */

import { EMPTY, reduce } from "./frames.js";

export class Store {
  #listeners = new Set();
  #due = false;

  constructor(state = EMPTY) {
    this.state = state;
  }

  /** Apply a happening now; listeners hear of it before the next paint. */
  happens(happening) {
    const next = reduce(this.state, happening);
    if (next === this.state) return;
    this.state = next;
    if (this.#due) return;
    this.#due = true;
    // A microtask, not an animation frame: a hidden tab must still hear of new arrivals.
    queueMicrotask(() => {
      this.#due = false;
      for (const listener of this.#listeners) listener(this.state);
    });
  }

  /** Call `listener` with each new state, first with this one; returns how to stop. */
  listen(listener) {
    this.#listeners.add(listener);
    listener(this.state);
    return () => this.#listeners.delete(listener);
  }
}
